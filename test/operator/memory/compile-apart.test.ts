import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import { specVersionOf } from '../../../src/core/objects/spec-version.ts';
import { ApartMemory } from '../../../src/operator/memory/compile-apart.ts';
import { type ApartVerdict, Handover } from '../../../src/operator/memory/handover.ts';
import { blueprintOf } from '../../core/compiling.ts';

const context = offlineContext();
const REFUSED: ApartVerdict = { kind: 'compiled', compiled: { ok: false, problems: [] } };

function generation(number: number): Blueprint {
  const blueprint = blueprintOf({}) as Blueprint;
  return { ...blueprint, metadata: { ...blueprint.metadata, uid: 'one', generation: number } };
}

/** Follows a compilation of the first version, and answers what it hands over. */
async function follow(
  memory: ApartMemory,
  verdict: ApartVerdict,
  tookMs: number,
  now = 0,
): Promise<Handover> {
  const handover = new Handover(verdict, specVersionOf(generation(1)), tookMs);
  memory.follow(context, Promise.resolve(handover), () => now);
  await memory.underWay;
  return handover;
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

test('what was taken is needed until the reconcile is over', async () => {
  const memory = new ApartMemory();
  const handover = await follow(memory, REFUSED, 1);
  expect(memory.take({ blueprint: generation(1), context })).toBe(REFUSED);
  let isOver = false;
  void handover.over.then(() => (isOver = true));
  await setImmediate();
  expect(isOver).toBe(false);
  memory.finish();
  await setImmediate();
  expect(isOver).toBe(true);
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

test('why nothing was compiled is told whatever the version, because no blueprint was read', async () => {
  const memory = new ApartMemory();
  const failed = { kind: 'failed', why: 'x' } as const;
  await follow(memory, failed, 1);
  expect(memory.take({ blueprint: generation(2), context })).toBe(failed);
});

test('what no reconcile will take is dropped, also what comes when the blueprint is gone', async () => {
  const memory = new ApartMemory();
  const dropped = await follow(memory, REFUSED, 1);
  memory.drop();
  const another = await follow(memory, REFUSED, 1);
  memory.take({ blueprint: generation(2), context });
  memory.finish();
  memory.close();
  const late = await follow(memory, REFUSED, 1);
  await Promise.all([dropped.over, another.over, late.over]);
  expect([dropped, another, late].map((each) => each.take())).toEqual([undefined, undefined, undefined]);
});
