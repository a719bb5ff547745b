import { expect, test } from '@jest/globals';
import { QuietHeap, type Usage } from '../../src/app/quiet-heap.ts';

const MB = 1_000_000;

/** Looks every five seconds, with the share of a processor and the heap of each; the looks that were due. */
function lookAt(looks: readonly { share: number; mb: number }[], left = 100): number[] {
  const heap = new QuietHeap();
  let usage: Usage = { at: 0, computedMs: 0, heapBytes: 0 };
  return looks.flatMap(({ share, mb }, i) => {
    const at = i * 5_000;
    usage = { at, computedMs: usage.computedMs + share * 5_000, heapBytes: mb * MB };
    if (!heap.isDue(usage)) return [];
    heap.record({ ...usage, heapBytes: left * MB });
    return [i];
  });
}

const QUIET = { share: 0.01, mb: 180 };
const BUSY = { share: 0.8, mb: 180 };

test('a heap is collected once the process is quiet, and not before', () => {
  expect(lookAt([BUSY, BUSY, BUSY, QUIET, QUIET])).toEqual([3]);
  expect(lookAt(Array.from({ length: 100 }, () => BUSY))).toEqual([]);
});

test('the first look says nothing of how busy the process is', () => {
  expect(lookAt([QUIET])).toEqual([]);
});

test('what has not grown since is not collected again, and what has is after a minute', () => {
  const small = { share: 0, mb: 120 };
  expect(lookAt([QUIET, QUIET, ...Array.from({ length: 50 }, () => small)])).toEqual([1]);
  expect(lookAt(Array.from({ length: 20 }, () => QUIET))).toEqual([1, 13]);
});

test('a small heap is left alone', () => {
  expect(lookAt(Array.from({ length: 20 }, () => ({ share: 0, mb: 20 })))).toEqual([]);
});
