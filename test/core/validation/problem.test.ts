import { expect, test } from '@jest/globals';
import { Problems } from '../../../src/core/validation/problem.ts';

function collect(count: number, message = 'is wrong'): Problems {
  const problems = new Problems();
  problems.collect(() => {
    for (let i = count - 1; i >= 0; i--) problems.add('rule', `spec.layers[${i}]`, message);
  });
  return problems;
}

test('a hundred problems are listed as they are', () => {
  const listed = collect(100).list();
  expect(listed).toHaveLength(100);
  expect(listed[99]).toEqual({ rule: 'rule', path: 'spec.layers[99]', message: 'is wrong' });
});

test.each([
  [101, 'and 1 more problem'],
  [4331, 'and 4231 more problems'],
  [1_000_000, 'and at least 10000 more problems'],
])('of %d problems the first hundred are listed, and the rest is counted', (count, message) => {
  const listed = collect(count).list();
  expect(listed).toHaveLength(101);
  expect(listed.at(-1)).toEqual({ rule: 'more-problems', path: '', message });
});

test('a problem that many environments have counts once', () => {
  const problems = new Problems();
  for (let i = 0; i < 50; i++) {
    const view = problems.within({ locate: (path) => path, environment: `e${i}` });
    for (let k = 0; k < 99; k++)
      view.add('rule', `spec.layers[${k}]`, 'is wrong', { key: `${i}`, find: () => '!' });
  }
  expect(problems.list()).toHaveLength(99);
});

test('paths and messages are cut', () => {
  const problems = new Problems();
  problems.add('rule', 'p'.repeat(100_000), 'm'.repeat(100_000));
  const [problem] = problems.list();
  expect(problem?.path).toHaveLength(1024);
  expect(problem?.message).toHaveLength(4096);
});

test('hints are found only for what is listed', () => {
  const problems = new Problems();
  let found = 0;
  for (let i = 0; i < 5000; i++)
    problems.add('rule', `spec.layers[${i}]`, 'is wrong', { key: '', find: () => `${(found += 1)}` });
  problems.list();
  expect(found).toBeLessThan(200);
});
