import { answerParent } from '../../../src/app/isolation/answer-parent.ts';

/** A program that does what it is asked to, however bad that is. */
const WORK: Readonly<Record<string, () => unknown>> = {
  compute: () => {
    for (;;);
  },
  backtrack: () => /^(a+)+$/.test(`${'a'.repeat(60)}!`),
  'answer nothing': () => undefined,
  wait: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  hoard: () => {
    const hoard: unknown[] = [];
    for (;;) hoard.push({ more: hoard.length });
  },
  double: () => {
    let text = 'a'.repeat(1_000_000).split('');
    for (;;) text = text.concat(text);
  },
  throw: () => {
    throw new Error('as it was told');
  },
};

answerParent((question) => {
  const work = WORK[String(question)];
  return work === undefined ? { echo: question } : work();
});
