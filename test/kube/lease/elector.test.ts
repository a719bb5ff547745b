import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { HttpTransport } from '../../../src/kube/http/transport.ts';
import type { LeaseElectorOptions } from '../../../src/kube/lease/elector.ts';
import { ManualClock } from '../../harness/manual-clock.ts';
import {
  isFulfilled,
  leasePath,
  makeCandidate,
  readLease,
  TIMES,
  writeLease,
  type Candidate,
} from './candidates.ts';
import { useFaultFixture } from '../../harness/api-server/fault-fixture.ts';
import { waitFor } from '../../harness/wait-for.ts';

const fixture = useFaultFixture();
let candidates: Candidate[];

beforeEach(() => {
  candidates = [];
});

afterEach(async () => {
  fixture.proxy.script = () => undefined;
  fixture.proxy.resetHanging();
  await Promise.all(candidates.map(({ elector }) => elector.stop(true)));
});

/** A candidate behind the proxy, which is stopped when the test is over. */
function candidate(identity: string, changes: Partial<LeaseElectorOptions> = {}): Candidate {
  const made = makeCandidate(fixture.client, fixture.namespace, identity, changes);
  candidates.push(made);
  return made;
}

/** A candidate that goes straight to the API server. */
function directCandidate(identity: string, changes: Partial<LeaseElectorOptions> = {}): Candidate {
  const made = makeCandidate(fixture.direct, fixture.namespace, identity, changes);
  candidates.push(made);
  return made;
}

/** How often the Lease was asked for through the proxy. */
function countReads(): number {
  const path = leasePath(fixture.namespace);
  return fixture.proxy.seen.filter((seen) => seen.path === path && seen.method === 'GET').length;
}

/** Waits until a candidate behind the proxy has looked at the Lease twice more: once for certain all of it. */
async function untilLookedAgain(): Promise<void> {
  const before = countReads();
  await waitFor('the Lease was looked at again', () => countReads() >= before + 2);
}

/** Refuses writes of the Lease through the proxy. */
function refuseWrites(status: number): void {
  fixture.proxy.script = ({ method }) =>
    method === 'PUT' || method === 'POST' ? { kind: 'answer', status } : undefined;
}

const isFuture = (ms: number): boolean => ms > 0;

test('the first candidate makes the Lease, says in it who leads and for how long, and leads', async () => {
  const { elector } = candidate('one');
  expect(elector.remainingMs()).toBe(0);
  expect(await elector.lead()).toMatchObject({ freeSince: expect.any(Number) });
  expect(elector.remainingMs()).toBeGreaterThan(0);
  const { spec } = await readLease(fixture.direct, fixture.namespace);
  expect(spec).toMatchObject({ holderIdentity: 'one', leaseDurationSeconds: 60, leaseTransitions: 0 });
  expect(spec?.acquireTime).toMatch(/^\d{4}-.*\.\d{6}Z$/);
});

test('a leader renews, and keeps the time at which it began to lead', async () => {
  const { elector } = candidate('one');
  await elector.lead();
  const first = await readLease(fixture.direct, fixture.namespace);
  await waitFor('the Lease is renewed', async () => {
    const { spec } = await readLease(fixture.direct, fixture.namespace);
    return spec?.renewTime !== first.spec?.renewTime;
  });
  const { spec } = await readLease(fixture.direct, fixture.namespace);
  expect(spec).toMatchObject({ acquireTime: first.spec?.acquireTime, leaseTransitions: 0 });
});

test('a second candidate waits while the first renews, and leads at once when that one lets go', async () => {
  const first = candidate('one');
  // Its time stands still, so that it is the change of the Lease which has it look.
  const second = candidate('two', { clock: new ManualClock() });
  await first.elector.lead();
  const won = second.elector.lead();
  await untilLookedAgain();
  expect(await isFulfilled(won)).toBe(false);
  await first.elector.stop(true);
  expect(first.elector.remainingMs()).toBe(0);
  await won;
  const { spec } = await readLease(fixture.direct, fixture.namespace);
  expect(spec).toMatchObject({ holderIdentity: 'two', leaseDurationSeconds: 60, leaseTransitions: 1 });
});

test('a Lease that is let go says so', async () => {
  const { elector, log } = candidate('one');
  await elector.lead();
  await elector.stop(true);
  const { spec } = await readLease(fixture.direct, fixture.namespace);
  expect(spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
  expect(log().map(({ message }) => message)).toEqual(['leading', 'the lease is let go']);
});

test('who stops while a write may be under way lets the Lease run out, and the other waits for that', async () => {
  const first = candidate('one');
  await first.elector.lead();
  await first.elector.stop(false);
  expect(await readLease(fixture.direct, fixture.namespace)).toMatchObject({
    spec: { holderIdentity: 'one' },
  });
  const clock = new ManualClock();
  const second = candidate('two', { clock });
  const won = second.elector.lead();
  await moveOn(clock, TIMES.leaseDurationMs - 1);
  expect(await isFulfilled(won)).toBe(false);
  clock.advance(1000);
  expect(await won).toBeDefined();
});

test('a candidate that is stopped before it leads does not, and leaves the Lease as it is', async () => {
  const first = candidate('one');
  const second = candidate('two');
  await first.elector.lead();
  const won = second.elector.lead();
  await untilLookedAgain();
  await second.elector.stop(true);
  expect(await won).toBeUndefined();
  expect(await readLease(fixture.direct, fixture.namespace)).toMatchObject({
    spec: { holderIdentity: 'one' },
  });
});

test.each([
  ['long ago', '2000-01-01T00:00:00.000000Z'],
  ['in the future', '2100-01-01T00:00:00.000000Z'],
])(
  "another's Lease that was renewed %s by the wall clock runs out when it did not change for as long as it says",
  async (_, renewTime) => {
    const spec = { holderIdentity: 'other', leaseDurationSeconds: 3600, renewTime, acquireTime: renewTime };
    await writeLease(fixture.direct, fixture.namespace, spec);
    const clock = new ManualClock();
    const { elector } = candidate('one', { clock });
    const won = elector.lead();
    await moveOn(clock, 3_599_000);
    expect(await isFulfilled(won)).toBe(false);
    // It changes now, in whatever way: that is a sign of life.
    await writeLease(fixture.direct, fixture.namespace, { leaseTransitions: 7 });
    await moveOn(clock, 3_000);
    expect(await isFulfilled(won)).toBe(false);
    await moveOn(clock, 3_590_000);
    expect(await isFulfilled(won)).toBe(false);
    await moveOn(clock, 10_000);
    expect(await won).toBeDefined();
    expect(await readLease(fixture.direct, fixture.namespace)).toMatchObject({
      spec: { holderIdentity: 'one', leaseTransitions: 8 },
    });
  },
);

/** Moves the clock of a candidate that waits on, and waits until it has done what it does then and waits again. */
async function moveOn(clock: ManualClock, ms: number): Promise<void> {
  await waitFor('it waits', () => clock.timers > 0);
  const before = clock.started;
  clock.advance(ms);
  await waitFor('it has had its turn, and waits again', () => clock.started > before);
}

test('of many candidates for a Lease that has run out, exactly one leads', async () => {
  await writeLease(fixture.direct, fixture.namespace, { holderIdentity: '', leaseDurationSeconds: 1 });
  const many = ['a', 'b', 'c', 'd', 'e', 'f'].map((identity) => directCandidate(identity));
  const races = many.map(({ elector }) => elector.lead());
  await Promise.race(races);
  await Promise.all(many.map(({ elector }) => elector.observe()));
  const leaders = many.filter(({ elector }) => isFuture(elector.remainingMs()));
  expect(leaders).toHaveLength(1);
  const { spec } = await readLease(fixture.direct, fixture.namespace);
  expect(spec?.holderIdentity).toBe(leaders[0]?.identity);
});

test('the elector says since when the Lease is free, so that what was read later need not be read again', async () => {
  await writeLease(fixture.direct, fixture.namespace, { holderIdentity: '', leaseDurationSeconds: 1 });
  const clock = new ManualClock();
  const early = candidate('one', { clock });
  clock.advance(1000);
  await early.elector.observe();
  clock.advance(1000);
  expect(await early.elector.lead()).toEqual({ freeSince: 1000 });
  await early.elector.stop(true);
  const late = candidate('two', { clock });
  clock.advance(1000);
  expect(await late.elector.lead()).toEqual({ freeSince: 3000 });
});

test('a change of the Lease by somebody else does not end leadership', async () => {
  const { elector, log } = candidate('one');
  await elector.lead();
  const annotated = await readLease(fixture.direct, fixture.namespace);
  await fixture.direct.transport.request({
    method: 'PATCH',
    path: leasePath(fixture.namespace),
    contentType: 'application/merge-patch+json',
    body: { metadata: { annotations: { note: 'touched' } } },
  });
  await waitFor('it is renewed after that', async () => {
    const { metadata, spec } = await readLease(fixture.direct, fixture.namespace);
    return metadata.annotations?.['note'] === 'touched' && spec?.renewTime !== annotated.spec?.renewTime;
  });
  expect(elector.remainingMs()).toBeGreaterThan(0);
  expect(log().map(({ message }) => message)).toEqual(['leading']);
});

test('a renewal whose answer is lost does not end leadership', async () => {
  const { elector } = candidate('one');
  await elector.lead();
  let lost = 0;
  fixture.proxy.script = ({ method }) =>
    method === 'PUT' && lost++ === 0 ? { kind: 'cut', bytes: 10 } : undefined;
  await waitFor('an answer was lost', () => lost > 1);
  const { spec } = await readLease(fixture.direct, fixture.namespace);
  await waitFor('it is renewed after that', async () => {
    return (await readLease(fixture.direct, fixture.namespace)).spec?.renewTime !== spec?.renewTime;
  });
  expect(elector.remainingMs()).toBeGreaterThan(0);
});

test('a renewal that hangs leaves time for another', async () => {
  const clock = new ManualClock();
  const transport = new HttpTransport({ connection: fixture.client.connection, clock });
  const { elector } = candidate('one', { clock, transport });
  await elector.lead();
  let writes = 0;
  fixture.proxy.script = ({ method }) => (method === 'PUT' && writes++ === 0 ? { kind: 'hang' } : undefined);
  clock.advance(TIMES.retryPeriodMs);
  await waitFor('its renewal hangs', () => writes === 1);
  // A request may take half of the time until the deadline.
  await moveOn(clock, TIMES.renewDeadlineMs / 2);
  clock.advance(TIMES.retryPeriodMs);
  await waitFor('it is renewed after that', () => elector.remainingMs() === TIMES.renewDeadlineMs);
  expect(writes).toBe(2);
});

test('leadership is lost when somebody else takes the Lease, and when it is deleted', async () => {
  const { elector, log } = candidate('one');
  await elector.lead();
  await writeLease(fixture.direct, fixture.namespace, { holderIdentity: 'thief' });
  expect(await elector.lost).toBe('the lease is held by "thief"');
  expect(elector.remainingMs()).toBe(0);
  expect(log().at(-1)).toMatchObject({ level: 'error', message: 'leadership is lost' });

  await writeLease(fixture.direct, fixture.namespace, { holderIdentity: '' });
  const next = candidate('two');
  await next.elector.lead();
  await fixture.direct.transport.request({ method: 'DELETE', path: leasePath(fixture.namespace) });
  expect(await next.elector.lost).toBe('the lease was deleted');
});

test('a candidate that has seen a leader waits for it to give up, even when the Lease is deleted', async () => {
  const spec = { holderIdentity: 'other', leaseDurationSeconds: 3600 };
  await writeLease(fixture.direct, fixture.namespace, spec);
  const clock = new ManualClock();
  const { elector } = candidate('one', { clock });
  const won = elector.lead();
  await waitFor('it waits', () => clock.timers > 0);
  await fixture.direct.transport.request({ method: 'DELETE', path: leasePath(fixture.namespace) });
  await moveOn(clock, 3_000_000);
  expect(await isFulfilled(won)).toBe(false);
  await moveOn(clock, 600_000);
  expect(await won).toBeDefined();
});

test.each([
  ['refuses', () => ({ kind: 'answer', status: 500 }) as const],
  ['does not answer', () => ({ kind: 'hang' }) as const],
  ['resets', () => ({ kind: 'reset' }) as const],
])('a leader whose API server %s its renewals gives up before another leads', async (_, fault) => {
  const [firstClock, secondClock] = [new ManualClock(), new ManualClock()];
  const first = candidate('one', { clock: firstClock });
  const second = directCandidate('two', { clock: secondClock });
  await first.elector.lead();
  const won = second.elector.lead();
  await waitFor('the second knows of the first', () => second.log().length > 0);
  fixture.proxy.script = fault;
  const { leaseDurationMs, renewDeadlineMs } = TIMES;
  firstClock.advance(renewDeadlineMs - 1);
  await moveOn(secondClock, renewDeadlineMs - 1);
  expect(first.elector.remainingMs()).toBe(1);
  firstClock.advance(leaseDurationMs - renewDeadlineMs);
  await moveOn(secondClock, leaseDurationMs - renewDeadlineMs);
  expect(await first.elector.lost).toBe('it was not renewed in time');
  expect(first.elector.remainingMs()).toBe(0);
  expect(await isFulfilled(won)).toBe(false);
  await moveOn(secondClock, 2);
  expect(await won).toBeDefined();
});

test('a candidate that may not write the Lease says so once, goes on trying, and leads when it may', async () => {
  refuseWrites(403);
  const { elector, log } = candidate('one');
  const won = elector.lead();
  await untilLookedAgain();
  await untilLookedAgain();
  expect(await isFulfilled(won)).toBe(false);
  expect(log().filter(({ level }) => level === 'warn')).toHaveLength(1);
  fixture.proxy.script = () => undefined;
  expect(await won).toBeDefined();
});

test('a leader that finds its time to be over has lost, without waiting for a timer', async () => {
  const clock = new ManualClock();
  const { elector } = candidate('one', { clock });
  await elector.lead();
  const stopped = new ManualClockJump(clock);
  stopped.jump(TIMES.renewDeadlineMs);
  expect(elector.remainingMs()).toBe(0);
  expect(await elector.lost).toBe('it was not renewed in time');
});

/** Moves a clock on without running its timers, as for a process that was stopped. */
class ManualClockJump {
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  jump(ms: number): void {
    const monotonic = this.#clock.monotonic();
    this.#clock.monotonic = () => monotonic + ms;
  }
}
