import { expect, test } from '@jest/globals';
import { comparePaths, fieldPath, itemPath, joinPath, splitPath } from '../../../src/core/values/path.ts';
import { Problems } from '../../../src/core/validation/problem.ts';
import { SeededRandom } from '../../harness/random.ts';

test('a path is read as it is written in code', () => {
  expect(joinPath('spec', ['layers', 2, 'dependsOn', 0])).toBe('spec.layers[2].dependsOn[0]');
  expect(itemPath('spec.layers', 10)).toBe('spec.layers[10]');
  expect(fieldPath('', 'spec')).toBe('spec');
});

test('a key that is no plain word is quoted', () => {
  expect(joinPath('', ['a.b', 'c/d', 'e"f', ''])).toBe('["a.b"]["c/d"]["e\\"f"][""]');
});

test.each([
  [['spec', 'layers', 2, 'dependsOn', 0]],
  [['a.b', 'c/d', 'e"f', '', '\\', '3', '[0]', 'ü\n']],
  [[0, 1, 'a', 2]],
  [[]],
])('a path of %j leads back to its steps', (steps) => {
  expect(splitPath(joinPath('', steps))).toEqual(steps);
});

test('a path that was cut leads nowhere', () => {
  expect(splitPath(joinPath('', new Array<string>(1000).fill('long')))).toEqual([]);
  expect(splitPath('spec.layers[')).toEqual([]);
});

test('paths are ordered by field, and indices by number', () => {
  const sorted = [
    'metadata.name',
    'spec',
    'spec.layers[0]',
    'spec.layers[0].name',
    'spec.layers[2]',
    'spec.layers[10]',
    'spec.layers[10].dependsOn[9]',
    'spec.layers[10].dependsOn[10]',
    'spec.sources[1]',
  ];
  expect([...sorted].reverse().sort(comparePaths)).toEqual(sorted);
});

test('the order of paths is the same from both sides', () => {
  const paths = ['a1', 'a01', 'a1b', 'a', 'a10', 'a2', '', '1', 'a[1]', 'a[1].b', 'a.b'];
  for (const a of paths) {
    for (const b of paths) expect(Math.sign(comparePaths(a, b))).toBe(-Math.sign(comparePaths(b, a)) + 0);
    expect(comparePaths(a, a)).toBe(0);
  }
});

test('problems come out sorted by path, rule and message, each once', () => {
  const problems = new Problems();
  expect(problems.none).toBe(true);
  problems.add('b-rule', 'spec.x[10]', 'm');
  problems.add('b-rule', 'spec.x[2]', 'n');
  problems.add('b-rule', 'spec.x[2]', 'm');
  problems.add('a-rule', 'spec.x[2]', 'z');
  problems.add('b-rule', 'spec.x[2]', 'm');
  expect(problems.none).toBe(false);
  expect(problems.list().map(({ path, rule, message }) => `${path} ${rule} ${message}`)).toEqual([
    'spec.x[2] a-rule z',
    'spec.x[2] b-rule m',
    'spec.x[2] b-rule n',
    'spec.x[10] b-rule m',
  ]);
});

test('a path ends where it becomes too long, however it is made', () => {
  const steps = Array.from({ length: 1000 }, (_, i) => `step-${i}`);
  const whole = joinPath('spec', steps);
  expect(whole.length).toBeLessThan(1100);
  expect(whole.endsWith('…')).toBe(true);
  expect(steps.reduce((path, step) => joinPath(path, [step]), 'spec')).toBe(whole);
});

/** The same order, told part by part: text by code unit, numbers by their length first. */
function compareByParts(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(/(\d+)/)) as [string[], string[]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [l = '', r = ''] = [left[i], right[i]];
    if (l === r) continue;
    return i % 2 === 1 && l.length !== r.length ? l.length - r.length : l < r ? -1 : 1;
  }
  return left.length - right.length;
}

test('paths stand in the order of their parts, whatever they are made of', () => {
  const random = new SeededRandom(77);
  const pieces = ['a', 'b', '.', '[', '"', '0', '1', '9', '10', '007', 'layers', '\u{1f600}', 'ÿ'];
  const make = (): string => Array.from({ length: random.below(6) }, () => random.pick(pieces)).join('');
  for (let i = 0; i < 20_000; i++) {
    const common = make();
    const [a, b] = [common + make(), common + make()];
    expect([a, b, Math.sign(comparePaths(a, b))]).toEqual([a, b, Math.sign(compareByParts(a, b))]);
  }
});
