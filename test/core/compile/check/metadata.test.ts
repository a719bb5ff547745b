import { expect, test } from '@jest/globals';
import { checkMetadata } from '../../../../src/core/compile/check/metadata.ts';
import { Problems } from '../../../../src/core/validation/problem.ts';

function pathsOf(labels: Record<string, string>, annotations: Record<string, string> = {}): string[] {
  const problems = new Problems();
  checkMetadata({ labels, annotations }, 'metadata', problems);
  return problems.list().map(({ path }) => path);
}

test.each(['a', 'A_b.c-1', '', '1', 'a'.repeat(63)])('%j is a value of a label', (value) => {
  expect(pathsOf({ team: value })).toEqual([]);
});

test.each(['a b', '-a', 'a.', 'a/b', 'é', 'a'.repeat(64)])('%j is no value of a label', (value) => {
  expect(pathsOf({ team: value })).toEqual(['metadata.labels.team']);
});

test.each(['a', 'app.kubernetes.io/name', 'x/A_b.c', `${'a'.repeat(253)}/${'b'.repeat(63)}`])(
  '%s names a label and an annotation',
  (name) => {
    expect(pathsOf({ [name]: 'x' }, { [name]: 'any text' })).toEqual([]);
  },
);

test.each(['', '/', 'a/', '/a', 'A/b', 'a/b/c', 'a..b/c', 'a b', `${'a'.repeat(254)}/b`, 'b'.repeat(64)])(
  '%j names neither',
  (name) => {
    expect(pathsOf({ [name]: 'x' }, { [name]: 'x' })).toHaveLength(2);
  },
);

test('annotations are bounded together, in bytes', () => {
  expect(pathsOf({}, { a: 'x'.repeat(262_143) })).toEqual([]);
  expect(pathsOf({}, { a: 'x'.repeat(131_072), b: 'é'.repeat(65_536) })).toEqual(['metadata.annotations']);
});
