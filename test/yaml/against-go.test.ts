import { beforeAll, expect, test } from '@jest/globals';
import { readBlueprints } from '../../src/core/yaml/read-blueprints.ts';
import { toYaml } from '../../src/core/yaml/write-yaml.ts';
import { SeededRandom } from '../harness/random.ts';
import { type Answer, canonical, prepareGo } from './ask-go.ts';

/** How many scalars, and how many strings, are tried. Each scalar is tried as a value and as a key. */
const SCALARS = 25_000;
const STRINGS = 25_000;

/** What scalars are made of: all that decides of which type one is. */
const SCALAR_PARTS = [
  ...[
    '0',
    '1',
    '7',
    '8',
    '9',
    '00',
    '12',
    '123',
    '400',
    '0x',
    '0X',
    '0o',
    '0O',
    '0b',
    '0B',
    '-',
    '+',
    '.',
    '_',
  ],
  ...[
    'e',
    'E',
    'e+',
    'f',
    'F',
    'a',
    'T',
    '.5',
    '5.5',
    '1e',
    'inf',
    'nan',
    'Inf',
    'NaN',
    'y',
    'yes',
    'no',
    'on',
  ],
  ...[
    'off',
    'null',
    '~',
    'true',
    '2024-01-01',
    '9007199254740993',
    '9223372036854775807',
    '9223372036854775808',
  ],
  ...['18446744073709551615', '18446744073709551616'],
];

/** What strings are made of: the same, and all that needs quotes, a block or an escape. */
const STRING_PARTS = [
  ...[
    ...SCALAR_PARTS,
    ' ',
    '  ',
    '\t',
    '\n',
    '\n\n',
    '\r',
    ': ',
    ' #',
    '#',
    '- ',
    '? ',
    '%',
    '@',
    '`',
    '|',
    '>',
    '!',
  ],
  ...[
    '&',
    '*',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    "'",
    '\\',
    '<<',
    '=',
    '---',
    '...',
    'é',
    '日',
    '🦊',
    '\u0000',
    '\u0007',
  ],
  ...['\u0085', '\u00a0', '\u2028', '\ufeff', '\ufffd', 'text', 'some words'],
];

let ask: (texts: readonly string[]) => Answer[];

beforeAll(async () => {
  ask = await prepareGo();
});

function make(parts: readonly string[], count: number, seed: number): string[] {
  const random = new SeededRandom(seed);
  const made = new Set<string>();
  while (made.size < count) {
    const length = 1 + random.below(6);
    made.add(Array.from({ length }, () => random.pick(parts)).join(''));
  }
  return [...made];
}

/** The fields of a blueprint; undefined where it is refused, with what was said. */
function readOurs(text: string): { fields?: Record<string, unknown>; message?: string } {
  const read = readBlueprints(`kind: FluxBlueprint\n${text}\n`);
  return read.ok
    ? { fields: read.blueprints[0] as Record<string, unknown> }
    : { message: read.problems.map(({ message }) => message).join('; ') };
}

/** The one deliberate difference: Kubernetes rounds no integer of 64 bits. We refuse a value that no double holds. */
const TOO_LONG = /^the integer has more digits than are kept exactly/;

function differs(text: string, { documents, error, strict }: Answer): boolean {
  const { fields, message = '' } = readOurs(text);
  if (fields === undefined)
    return error === undefined && strict === undefined && !(text.startsWith('a: ') && TOO_LONG.test(message));
  return error !== undefined || strict !== undefined || canonical(documents[0]) !== canonical(fields);
}

test('an unquoted value, and an unquoted key, is what Kubernetes reads', () => {
  // A dash alone begins a list, and three of them a document: these are structures.
  const scalars = make(SCALAR_PARTS, SCALARS, 7).filter((text) => !/^-+$|^---/.test(text));
  const texts = scalars.flatMap((text) => [`a: ${text}`, `${text}: 1`]);
  const answers = ask(texts.map((text) => `kind: FluxBlueprint\n${text}\n`));
  expect(texts.filter((text, i) => differs(text, answers[i] ?? { documents: [] }))).toEqual([]);
  expect(texts.length).toBeGreaterThan(49_000);
});

test('a string is written so that Kubernetes and we read it back, as a value and as a key', () => {
  const strings = make(STRING_PARTS, STRINGS, 8);
  const written = strings.map((text) => toYaml({ a: text, list: [text], map: { [text]: 1 } }));
  const answers = ask(written);
  const wrong = strings.filter((text, i) => {
    const expected = { a: text, list: [text], map: { [text]: 1 } };
    const { fields: ours = {} } = readOurs(written[i] ?? '');
    delete ours['kind'];
    return [answers[i]?.documents[0], ours].some((read) => canonical(read) !== canonical(expected));
  });
  expect(wrong.map((text) => ({ text, written: toYaml(text) })).slice(0, 20)).toEqual([]);
});
