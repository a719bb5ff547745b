import type { SeededRandom } from '../harness/random.ts';

/** The parts of a list that is written with bars of this kind between them, so that it takes few lines. */
function list(text: string): readonly string[] {
  return text.split('¦');
}

/** All that means something to YAML, for texts in which it mostly stands where it should not. */
const PARTS = [
  ...list(
    'a¦b¦key¦1¦~¦yes¦"q"¦\'s\'¦some words¦{}¦[]¦é¦🦊¦=¦: ¦: ¦:¦- ¦- ¦-¦? ¦?¦, ¦,¦[¦]¦{¦}¦"¦\'¦\\¦\\n¦\\x41',
  ),
  ...list(
    ' ¦  ¦\t¦\n¦\n¦\n¦\n ¦\n  ¦\n    ¦\n- ¦\r\n¦\r¦\x85¦\u2028¦\ufeff¦# c¦ # c¦#¦&x ¦*x¦*x ¦&y¦*y¦&¦*¦<<: ¦<<',
  ),
  ...list(
    '\n---\n¦\n--- # c\n¦---¦\n...\n¦...¦%¦\n%YAML 1.1\n¦@¦`¦|¦>¦|-¦>+¦|2¦|\n¦>\n  ¦!!str ¦!!int ¦!!float ¦!!null',
  ),
  ...list('!t ¦! ¦!¦!<tag:yaml.org,2002:int> ¦!!binary ¦!x!y '),
];

/** Values that take one line. */
const SCALARS = list(
  'a¦some words¦1¦1.5¦true¦no¦~¦""¦"q \\" q"¦\'it\'\'s\'¦a:b¦a#b¦{}¦[]¦*x¦*y¦&x v¦&y 7¦!!str 1¦!!int "3"¦! 5¦!t v¦"\\u00e9\\\n  b"',
);

/** Values that are seldom written, or that are none. */
const ODD_SCALARS = list(
  '!!float 3¦!!bool yes¦!!null ""¦!!binary aGk=¦!!int x¦!!timestamp 2026-01-02¦&x¦!!str¦"two\n\n  lines"¦- x¦*z¦a: b¦@a¦ ¦"',
);

const KEYS = list('a¦b¦c¦d¦e¦f¦g¦some key¦"q"¦\'s\'¦1¦2.0¦yes');

/** Keys that are seldom written, or that are none. */
const ODD_KEYS = list('~¦<<¦<<¦*y ¦*x ¦&x k¦&y k¦!!str 3¦? d¦? |\n  k\n ¦[a]¦a: b¦a b c\n ');

function pickScalar(random: SeededRandom): string {
  return random.pick(random.chance(0.06) ? ODD_SCALARS : SCALARS);
}

/** A key that does not stand in `taken` yet, and mostly one that people write. */
function pickKey(random: SeededRandom, taken: Set<string> = new Set()): string {
  if (random.chance(0.04)) return random.pick(ODD_KEYS);
  const key = random.pick(KEYS.filter((one) => !taken.has(one)));
  taken.add(key);
  return random.chance(0.003) ? '{{ x }}' : key;
}

/** A text in which parts of YAML stand in any order. */
export function makeSoup(random: SeededRandom): string {
  const length = 1 + random.below(14);
  return Array.from({ length }, () => random.pick(PARTS)).join('');
}

/** A text with the structure of YAML, which is valid, or has a few mistakes in it. */
export function makeDocument(random: SeededRandom): string {
  const count = random.chance(0.15) ? 2 : 1;
  const begin = 'x: &x {m: 1, n: [2]}\ny: &y text\n';
  let text = Array.from({ length: count }, () => `${begin}${makeMap(random, 0, 3)}\n`).join('---\n');
  if (random.chance(0.1)) text = text.replaceAll('\n', '\r\n');
  if (random.chance(0.02)) text = text.replace('a', 'k'.repeat(1015 + random.below(12)));
  for (let mistakes = random.below(4) - 1; mistakes > 0; mistakes--) text = spoil(random, text);
  // A mistake may cut a character in half, which no file can.
  return text.toWellFormed();
}

/** A stream that begins with JSON, and goes on with JSON, YAML or what is neither. */
export function makeStream(random: SeededRandom): string {
  const length = random.below(5);
  return `{"a":1}${Array.from({ length }, () => random.pick(STREAM_PARTS)).join('')}`;
}

const STREAM_PARTS = list(
  '{"a":1}¦{"a": {"b": [1, "x", null, true, -1.5e3]}}\n¦{"a":1,"a":2}¦{"k":"\\/ \\u00e9"}¦{a: 1}¦{}¦ ¦\n¦\n\n¦\t¦\r\n¦---\n¦\n---\n¦b: 2\n¦[1]¦"s"¦5¦null¦}¦,¦# c\n¦x',
);

function makeBlock(random: SeededRandom, indent: number, depth: number): string {
  return random.chance(0.3) ? makeList(random, indent, depth) : makeMap(random, indent, depth);
}

function makeList(random: SeededRandom, indent: number, depth: number): string {
  return makeLines(random, indent, () => `-${makeValue(random, indent, depth, true)}`);
}

function makeMap(random: SeededRandom, indent: number, depth: number): string {
  const taken = new Set<string>();
  return makeLines(
    random,
    indent,
    () => `${pickKey(random, taken)}:${makeValue(random, indent, depth, false)}`,
  );
}

function makeLines(random: SeededRandom, indent: number, makeLine: () => string): string {
  const spaces = ' '.repeat(indent);
  const lines = Array.from({ length: 1 + random.below(3) }, () => {
    const comment = random.chance(0.1) ? random.pick([' # c', `\n${spaces}# c`, '\n# c', '\n']) : '';
    return `${spaces}${makeLine()}${comment}`;
  });
  return lines.join('\n');
}

/** What stands behind a key or a dash, with the space or break before it. */
function makeValue(random: SeededRandom, indent: number, depth: number, inList: boolean): string {
  const properties = random.chance(0.05)
    ? random.pick([' &x', ' &y', ' !t', ' !!map', ' &x !t', ' !!str &y'])
    : '';
  const inner = indent + random.pick([1, 2, 2, 2, 4]);
  if (depth === 0 || random.chance(0.35)) return `${properties} ${pickScalar(random)}`;
  if (random.chance(0.25)) return `${properties} ${makeFlow(random, inner, depth - 1)}`;
  if (random.chance(0.2)) return `${properties} ${makeText(random, indent, inner)}`;
  if (inList && random.chance(0.4)) return ` ${makeBlock(random, indent + 2, depth - 1).trimStart()}`;
  const isBare = !inList && random.chance(0.2);
  return `${properties}\n${makeBlock(random, isBare ? indent : inner, depth - 1)}`;
}

function makeFlow(random: SeededRandom, indent: number, depth: number): string {
  const isList = random.chance(0.5);
  const taken = new Set<string>();
  const items = Array.from({ length: random.below(4) }, () => {
    const value = depth > 0 && random.chance(0.4) ? makeFlow(random, indent, depth - 1) : pickScalar(random);
    return isList && random.chance(0.7)
      ? value
      : `${pickKey(random, taken)}${random.pick([': ', ': ', ':', ' : '])}${value}`;
  });
  const gap = random.pick([', ', ', ', ',', `,\n${' '.repeat(indent)}`, ' # c\n , ']);
  const text = items.join(gap) + random.pick(['', '', ',', ' ', '\n']);
  return isList ? `[${text}]` : `{${text}}`;
}

/** A text of several lines: a block, or without quotes. */
function makeText(random: SeededRandom, indent: number, inner: number): string {
  const header = random.pick(['|', '>', '|-', '>-', '|+', '>+', '|2', '>1-', '', '| # c']);
  const count = 1 + random.below(4);
  const lines = Array.from({ length: count }, () =>
    random.pick(['one', 'two # c', '', '  deeper', '\ttab', '- x', 'k: v', ' ', '#']),
  );
  const spaces = ' '.repeat(random.chance(0.9) ? inner : indent);
  return `${header}\n${lines.map((line) => (line === '' ? '' : `${spaces}${line}`)).join('\n')}`;
}

/** Puts one mistake into a text. */
function spoil(random: SeededRandom, text: string): string {
  const at = random.below(text.length + 1);
  const kind = random.below(5);
  if (kind === 0) return text.slice(0, at) + text.slice(at + 1 + random.below(3));
  if (kind === 1) return text.slice(0, at) + text.slice(at - random.below(6));
  // Every line behind the first break that follows is indented otherwise, or only the one.
  if (kind === 2)
    return text.slice(0, at) + text.slice(at).replace('\n', random.pick(['\n ', '\n  ', '\n\t', ' ']));
  if (kind === 3) return text.slice(0, at) + text.slice(at).replace('\n ', '\n');
  return text.slice(0, at) + random.pick(PARTS) + text.slice(at);
}
