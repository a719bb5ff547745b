import { isReason } from '../../../src/ports/cluster.ts';
import { LeaseElector, type LeaseElectorOptions } from '../../../src/kube/lease/elector.ts';
import { LEASES, LeaseRecord, type Lease, type LeaseSpec } from '../../../src/kube/lease/record.ts';
import { createReflectorFactory } from '../../../src/kube/watch/reflector.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { recordLog, type LogLine } from '../../harness/record-log.ts';
import type { Client } from '../../harness/api-server/environment.ts';

/** The Lease of these tests; each has a namespace of its own. */
export const LEASE = 'election';

/** Where the API server has it. */
export function leasePath(namespace: string): string {
  return `/apis/${LEASES.group}/v1/namespaces/${namespace}/leases/${LEASE}`;
}

/** A process that wants to lead. */
export interface Candidate {
  identity: string;
  elector: LeaseElector;
  /** What it and its watch logged so far, but for debugging. */
  log: () => LogLine[];
}

/**
 * How long a Lease of these tests lasts, and how long a leader trusts it, in milliseconds: so long that none runs out
 * by the clock of the machine, however busy that is. Tests in which one runs out move a clock of their own.
 */
export const TIMES = { leaseDurationMs: 60_000, renewDeadlineMs: 40_000, retryPeriodMs: 100 };

/** Makes a candidate that looks at the Lease, or renews it, ten times a second. */
export function makeCandidate(
  { transport }: Client,
  namespace: string,
  identity: string,
  changes: Partial<LeaseElectorOptions> = {},
): Candidate {
  const logger = recordLog();
  const shared = { transport, clock: systemClock, random: Math.random, logger };
  const elector = new LeaseElector({
    ...shared,
    reflectors: createReflectorFactory({ ...shared, baseDelayMs: 20, maxDelayMs: 200 }),
    namespace,
    name: LEASE,
    identity,
    ...TIMES,
    ...changes,
  });
  return { identity, elector, log: () => logger.lines.filter(({ level }) => level !== 'debug') };
}

/** Reads the Lease, which must be there. */
export async function readLease({ transport }: Client, namespace: string): Promise<Lease> {
  const found = await new LeaseRecord(transport, { namespace, name: LEASE }).read(30_000);
  if (found === undefined) throw new Error('there is no Lease');
  return found;
}

/** Writes over the Lease as somebody who does not ask; makes it where there is none. */
export async function writeLease({ transport }: Client, namespace: string, spec: LeaseSpec): Promise<Lease> {
  const record = new LeaseRecord(transport, { namespace, name: LEASE });
  for (;;) {
    try {
      return await record.write(await record.read(30_000), spec, 30_000);
    } catch (failure) {
      // Its leader renewed it meanwhile.
      if (!isReason(failure, 'Conflict')) throw failure;
    }
  }
}

/** Whether a promise is fulfilled, as far as that can be known now. */
export async function isFulfilled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}
