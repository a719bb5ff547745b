import { expect, test } from '@jest/globals';
import type { Target } from '../../../src/core/yaml/locator.ts';
import { readBlueprints } from '../../../src/core/yaml/read-blueprints.ts';

/** Stands in a text where a path must lead to. */
const MARK = '⟦';

/** The place of the mark of a text, counted by hand: lines by line feeds, columns in UTF-16 units. */
function markedPlace(text: string): { line: number; column: number } {
  const before = text.slice(text.startsWith('\ufeff') ? 1 : 0, text.indexOf(MARK));
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
}

/** Where the path leads to in the last blueprint of the text without its mark. */
function locate(text: string, path: string, target?: Target): unknown {
  const { problems, locators } = readBlueprints(text.replace(MARK, ''), { locate: true });
  return problems.length > 0 ? problems : locators.at(-1)?.locate(path, target);
}

const block = `# a comment
kind: FluxBlueprint
metadata:
  name: a
spec:
`;

const flow = '{kind: FluxBlueprint, metadata: {name: a}, ';

const CASES: readonly [what: string, text: string, path: string, target?: Target][] = [
  ['a scalar of a block', `${block}  interval: ⟦5m # short\n`, 'spec.interval'],
  ['a scalar behind many spaces', `${block}  interval:    ⟦5m\n`, 'spec.interval'],
  ['a scalar below its key, at the key', `${block}  ⟦interval:\n    5m\n`, 'spec.interval'],
  ['a scalar in quotes', `${block}  interval: ⟦"5m"\n`, 'spec.interval'],
  ['a key in quotes', `${block}  'inter val': ⟦5m\n`, 'spec["inter val"]'],
  ['a key with dots and slashes', `${block}  a.b/c-d: ⟦5m\n`, 'spec["a.b/c-d"]'],
  ['a key, if it is the key that is wrong', `${block}  ⟦intervall: 5m\n`, 'spec.intervall', 'key'],
  ['a map of a block, at its key', `${block}  ⟦git:\n    url: x\n`, 'spec.git'],
  ['a value within a map of a block', `${block}  git:\n    url: ⟦x\n`, 'spec.git.url'],
  ['a map within a list of a block', `${block}  layers:\n    - ⟦name: a\n      path: b\n`, 'spec.layers[0]'],
  [
    'a value within a list of a block',
    `${block}  layers:\n    - name: a\n      path: ⟦b\n`,
    'spec.layers[0].path',
  ],
  ['a list that is not indented', `${block}  layers:\n  - name: a\n  - name: ⟦b\n`, 'spec.layers[1].name'],
  ['an item of a list of scalars', `${block}  names:\n  - a\n  - ⟦b\n`, 'spec.names[1]'],
  ['an item in a line below its hyphen', `${block}  names:\n  -\n    ⟦b\n`, 'spec.names[0]'],
  ['a list in a list', `${block}  names:\n  - - a\n    - ⟦b\n`, 'spec.names[0][1]'],
  ['a flow map', `${block}  git: ⟦{url: x}\n`, 'spec.git'],
  ['a value in a flow map', `${flow}spec: {git: {url: ⟦x}}}`, 'spec.git.url'],
  ['a key in a flow map', `${flow}spec: {git: {⟦urll: x}}}`, 'spec.git.urll', 'key'],
  ['a value in a flow list', `${flow}spec: {names: [a, ⟦b, c]}}`, 'spec.names[1]'],
  ['a map in a flow list', `${flow}spec: {layers: [{name: a}, ⟦{name: b}]}}`, 'spec.layers[1]'],
  ['a pair in a flow list', `${flow}spec: {layers: [⟦name: b]}}`, 'spec.layers[0]'],
  ['a value of a pair in a flow list', `${flow}spec: {layers: [name: ⟦b]}}`, 'spec.layers[0].name'],
  ['a flow map over many lines', `${flow}\n  spec: {\n    names: [\n      a,\n      ⟦b]}}`, 'spec.names[1]'],
  ['a key of a flow map without a value', `${flow}spec: {⟦name, other: x}}`, 'spec.name'],
  ['a literal text', `${block}  text: ⟦|\n    a\n    b\n`, 'spec.text'],
  ['a folded text', `${block}  text: ⟦>-\n    a\n  b: 1\n`, 'spec.text'],
  ['a text over two lines', `${block}  text: ⟦a\n    b\n`, 'spec.text'],
  ['nothing, at its key', `${block}  ⟦interval:\n  other: x\n`, 'spec.interval'],
  ['a value behind a tag', `${block}  interval: !!str ⟦5\n`, 'spec.interval'],
  ['a value behind an anchor', `${block}  a: &a ⟦5m\n  b: *a\n`, 'spec.a'],
  ['an alias, where it stands', `${block}  a: &a 5m\n  b: ⟦*a\n`, 'spec.b'],
  ['an alias in a list', `${block}  a: &a 5m\n  b: [x, ⟦*a]\n`, 'spec.b[1]'],
  ['what is within an alias, where it is written', `${block}  a: &a {x: {z: ⟦1}}\n  b: *a\n`, 'spec.b.x.z'],
  ['an item within an alias', `${block}  a: &a\n  - ⟦1\n  b: *a\n`, 'spec.b[0]'],
  ['what << merges, where it is written', `${block}  a: &a {x: ⟦1}\n  b: {<<: *a, y: 2}\n`, 'spec.b.x'],
  ['what << merges twice', `${block}  a: &a {x: ⟦1}\n  b: &b {<<: *a}\n  c: {<<: *b}\n`, 'spec.c.x'],
  ['what << merges of a list of maps', `${block}  b: {<<: [{x: ⟦1}, {x: 2, y: 3}]}\n`, 'spec.b.x'],
  ['what stands beside <<', `${block}  a: &a {x: 1}\n  b: {<<: *a, x: ⟦2}\n`, 'spec.b.x'],
  ['a value of an explicit key, at the key', `${block}  ? ⟦interval\n  : 5m\n`, 'spec.interval'],
  ['the second document', `${block}\n---\n${block}  interval: ⟦5m\n`, 'spec.interval'],
  ['a document behind a comment', `--- # one\n${block}---  # two\n${block}  a: ⟦5m\n`, 'spec.a'],
  ['a document behind one of another kind', `kind: A\n...\n---\n${block}  a: ⟦5m\n`, 'spec.a'],
  ['a file with a byte order mark, in the first line', `\ufeff${flow}spec: {a: ⟦5m}}`, 'spec.a'],
  ['a file with a byte order mark, below', `\ufeff${block}  a: ⟦5m\n`, 'spec.a'],
  ['a line with characters of two units', `${flow}spec: {"日🦊": 1, a: ⟦5m}}`, 'spec.a'],
  ['a value behind a tab', `${block}  a:\t⟦5m\n`, 'spec.a'],
  ['an item of a List', `kind: List\nitems:\n- kind: FluxBlueprint\n  spec:\n    a: ⟦5m\n`, 'spec.a'],
  [
    'the second item of a List',
    `kind: List\nitems: [{kind: FluxBlueprint}, {kind: FluxBlueprint, a: ⟦5m}]`,
    'a',
  ],
  ['an item of a List that is an alias', `kind: List\na: &a {kind: FluxBlueprint, b: ⟦1}\nitems: [*a]`, 'b'],
  ['JSON', '{"kind": "FluxBlueprint", "spec": {"a": ⟦"5m"}}', 'spec.a'],
  ['a key of JSON', '{"kind": "FluxBlueprint", "spec": {⟦"a": "5m"}}', 'spec.a', 'key'],
  [
    'JSON over lines',
    '{\n  "kind": "FluxBlueprint",\n  "spec": {\n    "a": [\n      1,\n      ⟦2\n    ]\n  }\n}\n',
    'spec.a[1]',
  ],
  ['JSON in which a value stands below its key', '{"kind": "FluxBlueprint", ⟦"spec":\n{}}', 'spec'],
  ['JSON behind JSON', '{"kind": "A"}{"kind": "FluxBlueprint", "spec": ⟦1}', 'spec'],
  ['YAML behind JSON', `{"kind": "A"}\n---\n${block}  a: ⟦5m\n`, 'spec.a'],
  ['JSON with escapes', '{"kind": "FluxBlueprint", "\\u0073pec": ⟦1}', 'spec'],
  ['a field that is missing, at what lacks it', `${block}  layers:\n  - ⟦name: a\n`, 'spec.layers[0].source'],
  ['a field that is missing far below', `${block}  git: ⟦{}\n`, 'spec.git.ref.branch'],
  ['an item that is missing', `${block}  names: ⟦[a]\n`, 'spec.names[7]'],
  ['a path into a text', `${block}  a: ⟦5m\n`, 'spec.a.b.c'],
  ['a path that was cut', `${block}  git: {url: ⟦x}\n`, 'spec.git.url["lo…'],
  ['no path, at the blueprint', `# a\n⟦${block.slice(12)}  a: 1\n`, ''],
  ['no path, in a document behind', `kind: A\n---\n\n⟦kind: FluxBlueprint\n`, ''],
  [
    'a key that is named as what all objects have',
    `${block}  __proto__: {constructor: ⟦1}\n`,
    'spec.__proto__.constructor',
  ],
  ['a name that no map has, though all objects have it', `${block}  git: ⟦{}\n`, 'spec.git.constructor'],
];

// Jest takes a parameter that a case lacks for a callback to wait for; so there are none.
test.each(CASES)('a path leads to %s', (...[, text, path, target]) => {
  expect(locate(text, path, target)).toEqual(markedPlace(text));
});

test.each(CASES)('with line breaks as on Windows, a path leads to %s', (...[, text, path, target]) => {
  const windows = text.replaceAll('\n', '\r\n');
  expect(locate(windows, path, target)).toEqual(markedPlace(windows));
});

test('what is read does not depend on whether places are noted', () => {
  for (const [, text] of CASES) {
    const read = (locate: boolean): unknown => readBlueprints(text.replace(MARK, ''), { locate }).blueprints;
    expect(read(true)).toEqual(read(false));
  }
});

test('where a file cannot be read, the place is told as numbers too', () => {
  const { problems } = readBlueprints('kind: FluxBlueprint\r\na: 1\r\na: 2\r\n');
  expect(problems).toMatchObject([{ rule: 'yaml', path: 'line 3, column 1', place: { line: 3, column: 1 } }]);
});

test('many merges of large maps are read in a bounded time', () => {
  const keys = Array.from({ length: 5000 }, (_, i) => `k${i}: 1`).join(', ');
  const maps = Array.from({ length: 30 }, (_, i) => `  b${i}: {<<: *a}`).join('\n');
  const { ok, locators } = readBlueprints(`kind: FluxBlueprint\nspec:\n  a: &a {${keys}}\n${maps}\n`, {
    locate: true,
  });
  expect([ok, locators[0]?.locate('spec.b29.k0')]).toEqual([true, { line: 3, column: 14 }]);
});
