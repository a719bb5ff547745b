import { expect, test } from '@jest/globals';
import { recordProgress } from '../../../src/core/status/history.ts';

const at = (minute: number): string => `2026-01-01T00:0${minute}:00Z`;

test('a version that is new is put first, and the oldest of more than five is forgotten', () => {
  let history = recordProgress([], { digest: 'sha256:0', generation: 1, reason: 'Progressing' }, at(0));
  for (let i = 1; i < 7; i++)
    history = recordProgress(
      history,
      { digest: `sha256:${i}`, generation: i + 1, reason: 'Progressing' },
      at(i),
    );
  expect(history.map(({ digest, generation }) => [digest, generation])).toEqual(
    [6, 5, 4, 3, 2].map((i) => [`sha256:${i}`, i + 1]),
  );
});

test('a version keeps when it began and when it last came somewhere else', () => {
  const begun = recordProgress([], { digest: 'a', generation: 3, reason: 'Progressing' }, at(0));
  const ready = recordProgress(
    begun,
    { digest: 'a', generation: 4, reason: 'ReconciliationSucceeded' },
    at(1),
  );
  expect(ready).toEqual([
    {
      digest: 'a',
      generation: 3,
      firstReconciled: at(0),
      lastReconciled: at(1),
      lastReconciledStatus: 'ReconciliationSucceeded',
    },
  ]);
  expect(
    recordProgress(ready, { digest: 'a', generation: 4, reason: 'ReconciliationSucceeded' }, at(2)),
  ).toBe(ready);
});

test('a version that comes back is a new entry, so that the order shows what happened', () => {
  const one = recordProgress([], { digest: 'a', generation: 1, reason: 'X' }, at(0));
  const two = recordProgress(one, { digest: 'b', generation: 2, reason: 'X' }, at(1));
  const three = recordProgress(two, { digest: 'a', generation: 3, reason: 'X' }, at(2));
  expect(three.map(({ digest }) => digest)).toEqual(['a', 'b', 'a']);
});
