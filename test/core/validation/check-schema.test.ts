import { expect, test } from '@jest/globals';
import { exactlyOneOf, rule } from '../../../src/api/schema/shapes/rule.ts';
import { type Schema, checkSchema } from '../../../src/core/validation/check-schema.ts';
import { FLUX_SCHEMAS } from '../../../src/core/kinds/flux-schemas.generated.ts';
import { joinPath } from '../../../src/core/values/path.ts';

function check(schema: Schema, value: unknown): string[] {
  const found: string[] = [];
  checkSchema(schema, value, (name, steps, message) =>
    found.push(`${joinPath('', steps)} ${name}: ${message}`),
  );
  return found;
}

test.each([
  ['object', 5, ' wrong-type: must be an object, not a number'],
  ['object', [], ' wrong-type: must be an object, not a list'],
  ['array', {}, ' wrong-type: must be a list, not an object'],
  [
    'string',
    true,
    ' wrong-type: must be text, not a boolean, which y, yes, on and true are in YAML: quote it as it was written',
  ],
  ['boolean', 'true', ' wrong-type: must be true or false, not text: remove the quotes'],
  ['integer', 1.5, ' wrong-type: must be an integer, not a number with a fraction'],
  ['number', '1', ' wrong-type: must be a number, not text'],
  ['string', undefined, ' wrong-type: must be text, not undefined'],
] as const)('where %s is wanted, %j is refused', (type, value, problem) => {
  expect(check({ type }, value)).toEqual([problem]);
});

test('a null is refused, unless it is allowed', () => {
  expect(check({ type: 'string' }, null)).toEqual([' wrong-type: must be text, not null']);
  expect(check({ type: 'string', nullable: true }, null)).toEqual([]);
});

test('an integer or text may be either and nothing else', () => {
  const schema: Schema = { 'x-kubernetes-int-or-string': true };
  expect([check(schema, 80), check(schema, '80%')]).toEqual([[], []]);
  expect(check(schema, 1.5)).toEqual([
    ' wrong-type: must be an integer or text, not a number with a fraction',
  ]);
});

test('unknown fields are refused unless the schema lets them through', () => {
  const properties = { name: { type: 'string' } } as const;
  expect(check({ type: 'object', properties }, { nmae: 'x' })).toEqual([
    'nmae unknown-field: unknown field; did you mean "name"?',
  ]);
  expect(
    check({ type: 'object', properties, 'x-kubernetes-preserve-unknown-fields': true }, { x: 1 }),
  ).toEqual([]);
  expect(check({ type: 'object', additionalProperties: { type: 'string' } }, { x: 1 })).toEqual([
    'x wrong-type: must be text, not the number 1: quote it as it was written, e.g. x: "1"',
  ]);
});

test('names of prototypes are unknown fields like any other', () => {
  const value: unknown = JSON.parse('{"__proto__": 1, "constructor": 1, "toString": 1}');
  expect(check({ type: 'object', properties: {} }, value)).toHaveLength(3);
});

test('required fields must be there, and one of undefined is not', () => {
  expect(check({ type: 'object', properties: { a: {} }, required: ['a'] }, { a: undefined })).toEqual([
    'a missing-field: is required',
  ]);
});

test('text is measured in characters, not in code units', () => {
  expect(check({ type: 'string', maxLength: 2 }, '😀😀')).toEqual([]);
  expect(check({ type: 'string', maxLength: 1 }, '😀😀')).toEqual([
    ' too-long: has 2 characters; at most 1 are allowed',
  ]);
  expect(check({ type: 'string', minLength: 1 }, '')).toEqual([
    ' too-short: is empty; at least 1 character is needed',
  ]);
});

test('numbers, lists and maps have bounds', () => {
  expect(check({ type: 'integer', minimum: 1, maximum: 3 }, 0)).toHaveLength(1);
  expect(check({ type: 'integer', minimum: 1, maximum: 3 }, 4)).toHaveLength(1);
  expect(check({ type: 'array', minItems: 1 }, [])).toHaveLength(1);
  expect(check({ type: 'array', maxItems: 1, items: { type: 'string' } }, [1, 2])).toEqual([
    ' too-many: has 2 items; at most 1 are allowed',
  ]);
  expect(check({ type: 'object', minProperties: 1, additionalProperties: true }, {})).toHaveLength(1);
  expect(check({ type: 'object', maxProperties: 0, additionalProperties: true }, { a: 1 })).toHaveLength(1);
});

test('a message shows a plain word and never free text, which may be secret', () => {
  const schema: Schema = { type: 'string', enum: ['one'], pattern: '^one$' };
  expect(check(schema, 'two').join()).toContain('"two"');
  expect(check(schema, 'pass word!').join()).not.toContain('pass');
  expect(check(schema, 'x'.repeat(65)).join()).not.toContain('xxx');
});

test('a message shows no address with a user in it, and no token', () => {
  const schema: Schema = { type: 'string', enum: ['generic'], pattern: '^(http|https)://.*$' };
  const hidden = ['user:hunter2@example.com', 'https://u:hunter2@example.com', `ghp_${'hunter2'.repeat(5)}`];
  for (const text of hidden) expect(check(schema, text).join()).not.toContain('hunter2');
});

test('the message for a refused word names all that are allowed, and the nearest', () => {
  expect(check({ enum: ['always', 'never'] }, 'nevr')).toEqual([
    ' not-allowed: "nevr" is not allowed; did you mean "never"? Allowed are always, never',
  ]);
  expect(check({ enum: ['always', 'never'] }, 'x')).toEqual([
    ' not-allowed: "x" is not allowed; allowed are always, never',
  ]);
});

test.each(['2026-12-31T18:00:00Z', '2026-12-31t18:00:00.5z', '2028-02-29T00:00:00+01:00'])(
  'the time %s is one',
  (time) => {
    expect(check({ type: 'string', format: 'date-time' }, time)).toEqual([]);
  },
);

test.each([
  'tomorrow',
  '2026-12-31',
  '2026-12-31T18:00:00',
  '2026-02-29T00:00:00Z',
  '2026-12-31T24:00:00Z',
  '',
])('the time %j is none', (time) => {
  expect(check({ type: 'string', format: 'date-time' }, time).join()).toContain(' format: ');
});

test('lists with keys and sets hold nothing twice', () => {
  const named: Schema = { type: 'array', 'x-kubernetes-list-map-keys': ['name'], items: {} };
  expect(check(named, [{ name: 'a' }, { name: 'b' }, { name: 'a' }, {}, {}, 5])).toEqual([
    '[2] duplicate: name "a" stands already at [0]',
  ]);
  expect(check({ type: 'array', 'x-kubernetes-list-type': 'set', items: {} }, ['a', 'a'])).toEqual([
    '[1] duplicate: "a" stands already at [0]',
  ]);
});

test('two items that no message shows are still two', () => {
  const long = 'clusters/production/eu-west-1/'.repeat(3);
  const texts = [`${long}a`, `${long}b`, 'a+b', 'c+d', 'e f', 'g h'];
  expect(check({ type: 'array', 'x-kubernetes-list-type': 'set', items: {} }, texts)).toEqual([]);
  expect(check({ type: 'array', 'x-kubernetes-list-type': 'set', items: {} }, ['a+b', 'a+b'])).toEqual([
    '[1] duplicate: this value stands already at [0]',
  ]);
});

test('rules are checked with their message and at their place', () => {
  const one = exactlyOneOf<{ a?: unknown; b?: unknown }>(['a', 'b'], 'a thing');
  const short = rule<{ name: string }>({
    rule: 'size(self.name) <= 1',
    message: 'too long',
    fieldPath: '.name',
    holds: ({ name }) => name.length <= 1,
  });
  const schema: Schema = {
    type: 'object',
    additionalProperties: {},
    'x-kubernetes-validations': [one, short],
  };
  expect(check(schema, { name: 'xx' })).toEqual([
    ' rule: a thing needs exactly one of a, b',
    'name rule: too long',
  ]);
});

test('every pattern of Flux’s schemas is one that we can read', () => {
  const patterns: string[] = [];
  const collect = (schema: Schema): void => {
    if (schema.pattern !== undefined) patterns.push(schema.pattern);
    Object.values(schema.properties ?? {}).forEach(collect);
    if (schema.items !== undefined) collect(schema.items);
    if (typeof schema.additionalProperties === 'object') collect(schema.additionalProperties);
  };
  Object.values(FLUX_SCHEMAS).forEach(({ spec }) => {
    collect(spec);
  });
  expect(patterns.length).toBeGreaterThan(20);
  for (const pattern of patterns) expect(() => new RegExp(pattern, 'u')).not.toThrow();
});
