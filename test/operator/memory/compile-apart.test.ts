import { expect, test } from '@jest/globals';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import { ApartMemory, type ApartVerdict } from '../../../src/operator/memory/compile-apart.ts';
import { blueprintOf } from '../../core/compiling.ts';

const context = offlineContext();
const REFUSED: ApartVerdict = { kind: 'compiled', compiled: { ok: false, problems: [] } };

function generation(number: number): Blueprint {
  const blueprint = blueprintOf({}) as Blueprint;
  return { ...blueprint, metadata: { ...blueprint.metadata, uid: 'one', generation: number } };
}

async function follow(memory: ApartMemory, verdict: ApartVerdict, tookMs: number, now = 0): Promise<void> {
  const subject = { blueprint: generation(1), context };
  memory.follow(subject, Promise.resolve({ verdict, tookMs }), () => now);
  await memory.underWay;
}

test('a verdict is taken once, and only by the version of the blueprint and the context that it is of', async () => {
  for (const other of [
    { blueprint: generation(2), context },
    { blueprint: generation(1), context: offlineContext() },
  ]) {
    const memory = new ApartMemory();
    await follow(memory, REFUSED, 1);
    expect(memory.take(other)).toBeUndefined();
    expect(memory.take({ blueprint: generation(1), context })).toBeUndefined();
  }
  const memory = new ApartMemory();
  await follow(memory, REFUSED, 1);
  expect(memory.underWay).toBeUndefined();
  expect(memory.take({ blueprint: generation(1), context })).toBe(REFUSED);
  expect(memory.take({ blueprint: generation(1), context })).toBeUndefined();
});

test('a blueprint rests for ten times as long as it took, two minutes at most, and not where it took nothing', async () => {
  const memory = new ApartMemory();
  await follow(memory, REFUSED, 500, 1_000);
  expect([memory.restMs(1_000), memory.restMs(5_999), memory.restMs(6_001)]).toEqual([5_000, 1, 0]);
  await follow(memory, REFUSED, 60_000, 10_000);
  expect(memory.restMs(10_000)).toBe(120_000);
  const failed = new ApartMemory();
  await follow(failed, { kind: 'failed', why: 'x' }, 60_000);
  expect(failed.restMs(0)).toBe(0);
});

test('a version that is known to be large says nothing of another one', () => {
  const memory = new ApartMemory();
  expect(memory.isLarge(generation(1))).toBe(false);
  memory.recordLarge(generation(1));
  expect([memory.isLarge(generation(1)), memory.isLarge(generation(2))]).toEqual([true, false]);
});
