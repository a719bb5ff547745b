import { expect, test } from '@jest/globals';
import { compile } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import { goldenNames, readContext, readGolden, renderCompiled } from '../golden/golden.ts';
import { SeededRandom } from '../../harness/random.ts';
import { shuffle } from './shuffle.ts';

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

test.each(goldenNames())('the keys of %s in any order give the same bytes', (name) => {
  const expected = renderCompiled(readGolden(name), readContext(name));
  const random = new SeededRandom(6);
  for (let round = 0; round < 5; round++) {
    expect(renderCompiled(shuffle(readGolden(name), random, false), readContext(name))).toEqual(expected);
  }
});

test.each(goldenNames())(
  'the lists of %s in any order give the same objects, or as many of the same mistakes',
  (name) => {
    const expected = renderCompiled(readGolden(name), readContext(name));
    const random = new SeededRandom(7);
    for (let round = 0; round < 5; round++) {
      const shuffled = renderCompiled(shuffle(readGolden(name), random, true), readContext(name));
      if (expected.file === 'objects.yaml') expect(shuffled).toEqual(expected);
      else expect(rulesOf(shuffled.text)).toEqual(rulesOf(expected.text));
    }
  },
);

function rulesOf(problems: string): string[] {
  return [...problems.matchAll(/^ {2}rule: (.*)$/gm)].map(([, rule]) => rule ?? '').sort();
}

test.each(goldenNames())('compiling %s changes nothing of it', (name) => {
  const input = freeze(readGolden(name));
  expect(() => compile(input, offlineContext())).not.toThrow();
  expect(input).toEqual(readGolden(name));
});

test('what is compiled shares nothing with the blueprint', () => {
  const input = readGolden('defaults');
  const before = JSON.stringify(input);
  const compiled = compile(input, offlineContext());
  if (!compiled.ok) throw new Error('refused');
  const scramble = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, field] of Object.entries(value)) {
      scramble(field);
      Reflect.set(value, key, 'scrambled');
    }
  };
  for (const { manifest } of compiled.desired.objects) scramble(manifest);
  expect(JSON.stringify(input)).toBe(before);
});
