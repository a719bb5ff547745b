import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { compile } from '../../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../../src/core/compile/model/context.ts';
import { blueprintOf, problemsOf } from '../../compiling.ts';
import { growthOf } from '../../cpu-time.ts';
import { SHAPES } from './shapes.ts';

const CHILD = fileURLToPath(new URL('compile-shape.ts', import.meta.url));

interface Answer {
  objects: number;
  count: number;
  first?: { rule: string; path: string; message: string };
  findings: number;
  refused: number;
}

/** Compiles and lints a shape in a process of its own, with a heap of 128 MB; throws where that does not do. */
function compileInSmallHeap(name: string): Answer {
  const options = ['--max-old-space-size=128', '--disable-warning=ExperimentalWarning'];
  const answer = execFileSync(process.execPath, [...options, CHILD, name], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
  return JSON.parse(answer) as Answer;
}

test.each<[string, Partial<Answer>]>([
  [
    'lists in defaults, for every layer of every environment',
    { first: expect.objectContaining({ rule: 'too-expensive', path: 'spec.defaults.kustomization' }) },
  ],
  ['omitted layers between many dependents', { objects: 1601 }],
  [
    'large variables for many Kustomizations',
    { first: expect.objectContaining({ rule: 'too-expensive', path: 'spec.variables' }) },
  ],
  ['a layer of 500 that depends on one of 500', { objects: 1001 }],
  [
    'two layers of 490 that depend on two of 490',
    { first: expect.objectContaining({ rule: 'too-expensive', path: 'spec.layers[2].components[0]' }) },
  ],
  ['unknown names in every component', { count: 101 }],
  ['unknown fields that many inherit', { count: 101 }],
  [
    'annotations of the whole blueprint',
    { first: expect.objectContaining({ rule: 'too-expensive', path: 'spec.commonMetadata' }) },
  ],
  ['alerts that hear everything', { first: expect.objectContaining({ rule: 'too-expensive' }) }],
  ['values of empty objects', { objects: 1801 }],
  ['credentials in lists, deep in values', { objects: 2, refused: 2 }],
  ['wildcards in every alert', { refused: 101 }],
  ['texts in texts', { objects: 12 }],
] as [string, Partial<Answer>][])(
  '%s: compiles and is linted, or is refused, in a heap of 128 MB',
  (name, answer) => {
    expect(compileInSmallHeap(name)).toMatchObject(answer);
  },
);

test('a refusal names the block, its bytes, the objects that get it and the limit', () => {
  const [problem] = problemsOf(SHAPES['large variables for many Kustomizations']?.());
  expect(problem?.message).toContain('takes about 911 kB in each of 400 objects');
  expect(problem?.message).toContain('would take about 364.4 MB; 32 MB are allowed');
});

test('the limits can be set', () => {
  const spec = SHAPES['a layer of 500 that depends on one of 500']?.(0.1);
  const context = { ...offlineContext(), limits: { blueprintBytes: 10_000 } };
  expect(problemsOf(spec)).toEqual([]);
  expect(problemsOf(spec, context).map(({ rule }) => rule)).toEqual(['too-expensive']);
  const large = { ...offlineContext(), limits: { manifestBytes: 300 } };
  expect(problemsOf(spec, large).map(({ rule }) => rule)).toContain('too-expensive');
});

test.each(['omitted layers between many dependents', 'unknown names in every component'])(
  'of %s, four times as much takes no ten times as long',
  (name) => {
    const makeWork = (size: number): (() => void) => {
      const blueprint = blueprintOf(SHAPES[name]?.(size));
      return () => compile(blueprint, { ...offlineContext(), maxObjects: 10_000 });
    };
    expect(growthOf(4, makeWork, 0.25)).toBeLessThan(10);
  },
);
