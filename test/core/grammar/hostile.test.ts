import { expect, test } from '@jest/globals';
import { cheapestOf, measureCpu } from '../cpu-time.ts';
import { OURS } from './ours.ts';
import type { Grammar } from './texts.ts';

const N = 200_000;

/** Texts that grammars are slow with where they go back, nest, or compile what a text only counts. */
const HOSTILE: readonly string[] = [
  '('.repeat(N),
  '['.repeat(N),
  '!'.repeat(N),
  '-'.repeat(N),
  'a.'.repeat(N),
  'a?'.repeat(N),
  'a||'.repeat(N),
  '1 '.repeat(N),
  '1,'.repeat(N),
  '1'.repeat(N),
  '0'.repeat(N) + 'h',
  '1h'.repeat(N),
  'a{1000}'.repeat(200),
  '(a{30}){30}'.repeat(30),
  '((((a{10}){10}){10}){10}){10}',
  '\\pL'.repeat(6000),
  '[[:word:]]'.repeat(1000),
  '(a*)*'.repeat(3000),
  'https://' + 'a:'.repeat(N),
  'oci://' + 'a/'.repeat(N),
  '"' + '\\'.repeat(N),
  ' '.repeat(N),
];

/**
 * CPU time of some work, in milliseconds. What seems to take long is measured again: the process may have collected
 * what other tests left just then.
 */
function costOf(work: () => unknown): number {
  const { cost } = measureCpu(work);
  return cost < 500 ? cost : Math.min(cost, ...cheapestOf([work], 2));
}

test.each(Object.keys(OURS) as Grammar[])(
  'a hostile text costs %s less than a second, and throws nothing',
  (name) => {
    for (const text of HOSTILE) expect(costOf(() => OURS[name](text))).toBeLessThan(1000);
  },
);
