import { expect, test } from '@jest/globals';
import { type Decision, type InForce, type Stage, decideStages } from '../../../src/core/rollout/decide.ts';
import { rolloutOf } from '../../../src/core/rollout/settings.ts';
import type { Rollout } from '../../../src/api/schema/rollout.ts';
import { SeededRandom } from '../../harness/random.ts';

const NOW = Date.parse('2026-12-01T10:00:00Z');
const MINUTE = 60_000;
const [OLD, NEW] = [
  { revision: 7, digest: 'old' },
  { revision: 8, digest: 'new' },
];
const PLAN = { digest: '3fa9c2aa', create: 0, update: 2, delete: 0, names: [] };

function stage(environment: string | undefined, parts: Partial<Stage> = {}, rollout: Rollout = {}): Stage {
  return {
    environment,
    after: undefined,
    settings: rolloutOf(rollout, undefined, { requireApproval: false }),
    inForce: {
      ...OLD,
      since: NOW - 60 * MINUTE,
      settledAt: NOW - 50 * MINUTE,
      completedAt: NOW - 50 * MINUTE,
      stored: true,
      earlier: [],
    },
    there: true,
    unready: [],
    deletions: { count: 0, of: 5, empties: false },
    plan: PLAN,
    approval: undefined,
    known: false,
    ...parts,
  };
}

const APPROVED = { environment: '', plan: PLAN.digest, by: 'ada', at: '2026-12-01T09:59:00Z' };

function decide(stages: readonly Stage[], settled: readonly string[] = [], now = NOW): Decision[] {
  const inForce = new Map(stages.map((one) => [one.environment, one.inForce?.digest]));
  const assess = (environment: string | undefined): 'settled' | 'unsettled' =>
    settled.includes(`${environment ?? ''} ${inForce.get(environment) ?? ''}`) ? 'settled' : 'unsettled';
  return decideStages({ stages, wanted: NEW, now, assess });
}

/** The stage after a decision. */
function then(before: Stage, { inForce }: Decision): Stage {
  return { ...before, inForce };
}

test('where nothing gates, the wanted revision is in force at once, and the one before is remembered', () => {
  const [decision] = decide([stage(undefined)]);
  expect(decision).toEqual({
    environment: undefined,
    inForce: { ...NEW, since: NOW, previous: OLD, stored: true, earlier: [7] },
    waitsFor: undefined,
    againInMs: undefined,
  });
});

test('an environment waits until the one before is settled with the same revision, and has been for a while', () => {
  const production = stage('production', { after: 'staging' }, { soak: '10m' });
  const [first, waiting] = decide([stage('staging'), production]);
  expect(waiting).toMatchObject({ inForce: OLD, waitsFor: { gate: 'After' } });
  const staging = then(stage('staging'), first as Decision);
  const [settled, soaking] = decide([staging, production], ['staging new'], NOW + MINUTE);
  expect(settled?.inForce).toMatchObject({ ...NEW, settledAt: NOW + MINUTE, completedAt: NOW + MINUTE });
  expect(soaking).toMatchObject({ inForce: OLD, waitsFor: { gate: 'After', opens: NOW + 11 * MINUTE } });
  expect(soaking?.againInMs).toBe(10 * MINUTE);
  const later = then(staging, settled as Decision);
  // What becomes unready meanwhile begins to soak anew.
  const [unready] = decide([later, production], [], NOW + 12 * MINUTE);
  expect(unready?.inForce).toMatchObject({ ...NEW, settledAt: undefined, completedAt: NOW + MINUTE });
  const [, open] = decide([later, production], ['staging new'], NOW + 11 * MINUTE);
  expect(open).toMatchObject({ inForce: NEW, waitsFor: undefined });
});

test('that Flux looks at an environment again ends nothing: it has been settled all the while', () => {
  const settledAt = NOW - 5 * MINUTE;
  const inForce: InForce = { ...NEW, since: NOW - 9 * MINUTE, stored: true, earlier: [7], settledAt };
  const production = stage('production', { after: 'staging' }, { soak: '10m' });
  const decideWhile = (state: 'busy' | 'unsettled', now: number): Decision[] =>
    decideStages({
      stages: [stage('staging', { inForce }), production],
      wanted: NEW,
      now,
      assess: () => state,
    });
  const [staging, waiting] = decideWhile('busy', NOW);
  expect(staging?.inForce?.settledAt).toBe(settledAt);
  expect(waiting?.waitsFor).toMatchObject({ gate: 'After', opens: settledAt + 10 * MINUTE });
  expect(decideWhile('busy', NOW + 5 * MINUTE)[1]).toMatchObject({ inForce: NEW });
  expect(decideWhile('unsettled', NOW)[0]?.inForce?.settledAt).toBeUndefined();
  // One that was never settled is not settled by that.
  const fresh = stage('staging', { inForce: { ...inForce, settledAt: undefined } });
  const [, later] = decideStages({
    stages: [fresh, production],
    wanted: NEW,
    now: NOW,
    assess: () => 'busy',
  });
  expect(later?.waitsFor).toMatchObject({ gate: 'After' });
});

test('a clock that jumps a day ahead and back may open a gate, and loses no change', () => {
  const freeze: Rollout = { windows: [{ name: 'freeze', kind: 'Deny', until: '2026-12-01T12:00:00Z' }] };
  const waiting = stage(undefined, {}, freeze);
  const [before] = decide([waiting]);
  expect(before).toMatchObject({ inForce: OLD, waitsFor: { gate: 'Window' } });
  const [ahead] = decide([then(waiting, before as Decision)], [], NOW + 24 * 60 * MINUTE);
  expect(ahead).toMatchObject({ inForce: NEW, waitsFor: undefined });
  const [back] = decide([then(waiting, ahead as Decision)]);
  expect(back).toMatchObject({ inForce: NEW, waitsFor: undefined });
  // And one that jumps back first only waits longer.
  const [earlier] = decide([waiting], [], NOW - 24 * 60 * MINUTE);
  expect(earlier).toMatchObject({ inForce: OLD, waitsFor: { gate: 'Window', opens: NOW + 120 * MINUTE } });
});

test('soaks and deadlines that began in the future, as the clock was set back since, begin now', () => {
  const ahead = NOW + 24 * 60 * MINUTE;
  const begun: InForce = { ...NEW, since: ahead, stored: true, earlier: [7] };
  const production = stage('production', { after: 'staging' }, { soak: '10m' });
  const settled = stage('staging', { inForce: { ...begun, settledAt: ahead, completedAt: ahead } });
  const [staging, soaking] = decide([settled, production], ['staging new']);
  expect(staging?.inForce).toMatchObject({ since: NOW, settledAt: NOW, completedAt: NOW });
  expect(soaking?.waitsFor).toMatchObject({ gate: 'After', opens: NOW + 10 * MINUTE });
  const [, open] = decide(
    [then(settled, staging as Decision), production],
    ['staging new'],
    NOW + 10 * MINUTE,
  );
  expect(open).toMatchObject({ inForce: NEW, waitsFor: undefined });
  const rollout: Rollout = { progressDeadline: '5m', onFailure: 'Rollback' };
  const late = stage(undefined, { inForce: { ...begun, previous: OLD } }, rollout);
  const [going] = decide([late]);
  expect(going).toMatchObject({ inForce: { ...NEW, since: NOW }, againInMs: 5 * MINUTE });
  const [failed] = decide([then(late, going as Decision)], [], NOW + 5 * MINUTE);
  expect(failed).toMatchObject({ inForce: { ...OLD, failed: NEW.revision } });
});

test('what has begun is finished: a gate that closes then holds back nothing', () => {
  const freeze: Rollout = { windows: [{ name: 'freeze', kind: 'Deny', from: '2026-12-01T09:00:00Z' }] };
  const begun: InForce = { ...NEW, since: NOW - MINUTE, previous: OLD, stored: true, earlier: [7] };
  const [going] = decide([stage(undefined, { inForce: begun }, freeze)]);
  expect(going).toMatchObject({ inForce: NEW, waitsFor: undefined });
  const [waiting] = decide([stage(undefined, {}, freeze)]);
  expect(waiting).toMatchObject({ inForce: OLD, waitsFor: { gate: 'Window' } });
});

test('a change that is not ready in time goes back, and is not tried again until somebody approves it', () => {
  const rollout: Rollout = { progressDeadline: '30m', onFailure: 'Rollback' };
  const begun: InForce = { ...NEW, since: NOW, previous: OLD, stored: true, earlier: [7] };
  const [going] = decide([stage(undefined, { inForce: begun }, rollout)], [], NOW + 29 * MINUTE);
  expect(going).toMatchObject({ inForce: NEW, againInMs: MINUTE });
  const [failed] = decide([stage(undefined, { inForce: begun }, rollout)], [], NOW + 30 * MINUTE);
  expect(failed).toMatchObject({
    inForce: { ...OLD, since: NOW + 30 * MINUTE, failed: 8 },
    waitsFor: { gate: 'Approval', message: expect.stringContaining('revision 8 was not ready within 30m') },
  });
  const after = then(stage(undefined, {}, rollout), failed as Decision);
  expect(decide([after], ['old'], NOW + 60 * MINUTE)[0]).toMatchObject({
    inForce: OLD,
    waitsFor: { gate: 'Approval' },
  });
  // It was given before that failed, and is no word about another try.
  const [late] = decide([{ ...after, approval: APPROVED }], [], NOW + 60 * MINUTE);
  expect(late).toMatchObject({ inForce: OLD, waitsFor: { gate: 'Approval' } });
  const approval = { ...APPROVED, at: '2026-12-01T10:45:00Z' };
  const [again] = decide([{ ...after, approval }], [], NOW + 60 * MINUTE);
  expect(again).toMatchObject({ inForce: { ...NEW, since: NOW + 60 * MINUTE }, waitsFor: undefined });
});

test('a change that waits after it has failed stays, and goes on to no other environment', () => {
  const rollout: Rollout = { progressDeadline: '30m' };
  const begun: InForce = { ...NEW, since: NOW - 31 * MINUTE, previous: OLD, stored: true, earlier: [7] };
  const [failed, next] = decide([
    stage('staging', { inForce: begun }, rollout),
    stage('production', { after: 'staging' }, rollout),
  ]);
  expect(failed).toMatchObject({ inForce: { ...NEW, failed: 8 }, waitsFor: undefined });
  expect(next).toMatchObject({ inForce: OLD, waitsFor: { gate: 'After' } });
});

test('a change that was ready once has not failed when something of it fails hours later', () => {
  const rollout: Rollout = { progressDeadline: '30m', onFailure: 'Rollback' };
  const ready: InForce = {
    ...NEW,
    since: NOW - 90 * MINUTE,
    previous: OLD,
    stored: true,
    earlier: [7],
    completedAt: NOW - 80 * MINUTE,
  };
  expect(decide([stage(undefined, { inForce: ready }, rollout)])[0]).toMatchObject({ inForce: NEW });
});

test('a first installation waits for approval where that is asked for, and nothing is in force until then', () => {
  const first = stage(undefined, { inForce: undefined }, { approval: 'Manual' });
  expect(decide([first])[0]).toMatchObject({ inForce: undefined, waitsFor: { gate: 'Approval' } });
  expect(decide([{ ...first, approval: APPROVED }])[0]).toMatchObject({
    inForce: { ...NEW, stored: true, earlier: [] },
  });
});

const hasNew = (inForce: InForce | undefined): boolean => inForce?.digest === NEW.digest;

/** That a step lets no environment overtake the one before it, and takes nothing back but what has failed. */
function checkStep(before: readonly Stage[], decisions: readonly Decision[]): void {
  const changes = decisions.map(({ inForce }, i) => ({ was: before[i]?.inForce, is: inForce, i }));
  const came = changes.filter(({ was, is, i }) => i > 0 && !hasNew(was) && hasNew(is));
  const went = changes.filter(({ was, is }) => hasNew(was) && !hasNew(is));
  for (const { i } of came) expect(decisions[i - 1]?.inForce?.settledAt).toBeDefined();
  for (const { is } of went) expect(is?.failed).toBe(NEW.revision);
}

test('whatever settles and fails when, no environment has the wanted revision before the one that it comes after', () => {
  const random = new SeededRandom(8);
  const names = ['staging', 'acceptance', 'production'];
  for (let run = 0; run < 200; run++) {
    const soak = random.pick(['0s', '5m']);
    const rollout: Rollout = { soak, progressDeadline: '20m', onFailure: 'Rollback' };
    let stages = names.map((name, i) => stage(name, { after: names[i - 1] }, rollout));
    for (let step = 0, now = NOW; step < 20; step++, now += random.below(10) * MINUTE) {
      const settled = names.filter(() => random.chance(0.4)).map((name) => `${name} new`);
      const decisions = decide(stages, settled, now);
      checkStep(stages, decisions);
      stages = stages.map((one, i) => then(one, decisions[i] as Decision));
    }
  }
});
