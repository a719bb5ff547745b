import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { evaluateJson } from './evaluate-json.ts';

const MARKER = 'mArKeR';
const TEXTS = [
  `${MARKER}-1`,
  `(${MARKER}`,
  `[${MARKER}`,
  `${MARKER}{2,1}`,
  `12${MARKER}`,
  `2026-01-01T00:00:00${MARKER}`,
];
const object = {
  data: {
    text: TEXTS[0],
    open: TEXTS[1],
    class: TEXTS[2],
    count: TEXTS[3],
    number: TEXTS[4],
    time: TEXTS[5],
  },
  keys: { [`key-${MARKER}`]: { [`inner-${MARKER}`]: 1 } },
  list: [...TEXTS, 1, null, true, { [MARKER]: MARKER }],
  huge: 9007199254740991,
  constructor: { name: MARKER },
  metadata: { name: MARKER, labels: { [`${MARKER}/a`]: MARKER } },
};

const METHODS = [
  ...[
    'size',
    'trim',
    'lowerAscii',
    'upperAscii',
    'hex',
    'string',
    'base64',
    'json',
    'join',
    'value',
    'hasValue',
  ],
  ...['getHours', 'getFullYear', 'getSeconds', 'getDate', 'getMilliseconds', 'nothing'],
];
const METHODS_OF_ONE = [
  ...[
    'startsWith',
    'endsWith',
    'contains',
    'indexOf',
    'lastIndexOf',
    'substring',
    'matches',
    'split',
    'join',
    'at',
  ],
  ...['getHours', 'getDayOfYear', 'getMonth', 'orValue', 'or', 'nothing'],
];
const FUNCTIONS = [
  ...[
    'int',
    'uint',
    'double',
    'bool',
    'string',
    'bytes',
    'type',
    'dyn',
    'size',
    'timestamp',
    'duration',
    'nothing',
  ],
  ...['optional.of', 'has', 'google.protobuf.Duration'],
];
const MACROS = ['map', 'filter', 'all', 'exists', 'exists_one'];
const OPERATORS = ['+', '-', '*', '/', '%', '<', '<=', '>', '>=', '==', '!=', 'in', '&&', '||'];
const FIELDS = [
  'data',
  'keys',
  'list',
  'huge',
  'constructor',
  'metadata',
  'labels',
  'name',
  'text',
  'open',
  'number',
];

/** Expressions by the grammar of CEL, over all that the library has. Most of them are wrong in some way. */
const { expression } = fc.letrec<{ expression: string; leaf: string; tree: string }>((tie) => {
  const part = tie('expression');
  const from = (names: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...names);
  return {
    expression: fc.oneof({ maxDepth: 4, depthSize: 'small' }, tie('leaf'), tie('tree')),
    leaf: fc.oneof(
      from([
        'dep',
        'self',
        'x',
        '1',
        '-1',
        '2.5',
        '7u',
        '"("',
        '"UTC"',
        "b'a'",
        'true',
        'null',
        '[]',
        '{}',
        'nobody',
      ]),
      from([...Object.keys(object.data)].map((field) => `dep.data.${field}`)),
      from(object.list.map((_, i) => `self.list[${i}]`)),
      from([
        'dep.keys.map(k, k)',
        'dep.keys',
        'self.metadata.labels',
        'dep.huge',
        'dep.constructor',
        'self.?a',
      ]),
    ),
    tree: fc.oneof(
      fc.tuple(part, from(OPERATORS), part).map(([a, operator, b]) => `(${a} ${operator} ${b})`),
      fc.tuple(from(FUNCTIONS), part).map(([name, a]) => `${name}(${a})`),
      fc.tuple(part, from(METHODS)).map(([a, name]) => `${a}.${name}()`),
      fc.tuple(part, from(METHODS_OF_ONE), part).map(([a, name, b]) => `${a}.${name}(${b})`),
      fc.tuple(part, from(MACROS), part).map(([a, name, b]) => `${a}.${name}(x, ${b})`),
      fc.tuple(part, part).map(([a, b]) => `${a}[${b}]`),
      fc.tuple(part, part).map(([a, b]) => `{${a}: true}[${b}]`),
      fc.tuple(part, part).map(([a, b]) => `[${a}, ${b}]`),
      fc.tuple(part, from(FIELDS)).map(([a, field]) => `${a}.${field}`),
      fc.tuple(part, part, part).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
      fc.tuple(part, from(['!', '-', '"', '\\', '#', '`', ')'])).map(([a, sign]) => `${sign}${a}`),
    ),
  };
});

test('no message holds anything that the expression read', () => {
  let failed = 0;
  fc.assert(
    fc.property(expression, (text) => {
      const verdict = evaluateJson(text, { dep: object, self: object });
      if (verdict.kind === 'failed') failed++;
      expect(JSON.stringify(verdict).toLowerCase()).not.toContain(MARKER.toLowerCase());
    }),
    { numRuns: 5_000 },
  );
  expect(failed).toBeGreaterThan(1_000);
});

test.each([
  '{"a":true}[dep.data.text]',
  '"a".matches(dep.data.open)',
  'dep.data.text.matches(dep.data.class)',
  'duration(dep.data.text) == duration("1s")',
  'timestamp(dep.data.time).getHours() == 1',
  'timestamp("2026-01-01T00:00:00Z").getHours(dep.data.text) == 1',
  'bytes(dep.data.text).json().a',
  'bool(dep.data.text)',
  'dep.constructor.name == dep.constructor',
  'dep.list.join(",") == ""',
  'dep.keys.map(k, dep.keys[k][k])[0]',
])('a message does not quote what was read: %s', (text) => {
  const verdict = evaluateJson(text, { dep: object, self: object });
  expect(verdict).toMatchObject({ kind: 'failed' });
  expect(JSON.stringify(verdict)).not.toContain(MARKER);
});
