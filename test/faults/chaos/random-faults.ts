import type { SeededRandom } from '../../harness/random.ts';
import type { Fault, Script, SeenRequest } from '../../harness/api-server/fault-proxy.ts';

/** Something that goes wrong on the way to an API server. */
interface Trouble {
  /** In so many of a thousand requests. */
  frequency: number;
  toFault: (random: SeededRandom, request: SeenRequest) => Fault;
}

const TROUBLES: Readonly<Record<string, Trouble>> = {
  reset: { frequency: 25, toFault: () => ({ kind: 'reset' }) },
  lose: { frequency: 25, toFault: () => ({ kind: 'lose' }) },
  hang: { frequency: 10, toFault: () => ({ kind: 'hang' }) },
  delay: { frequency: 60, toFault: (random) => ({ kind: 'delay', ms: random.below(2000) }) },
  cut: { frequency: 10, toFault: (random) => ({ kind: 'cut', bytes: 1 + random.below(3000) }) },
  stall: { frequency: 10, toFault: (random) => ({ kind: 'stall', bytes: 1 + random.below(3000) }) },
  409: { frequency: 15, toFault: () => refuse(409, 'Conflict') },
  410: {
    frequency: 15,
    toFault: (random, { isWatch }) => (isWatch && random.chance(0.5) ? endWatch() : refuse(410, 'Expired')),
  },
  429: {
    frequency: 20,
    toFault: () => ({ ...refuse(429, 'TooManyRequests'), headers: { 'retry-after': '1' } }),
  },
  500: { frequency: 20, toFault: () => refuse(500, 'InternalError') },
  503: { frequency: 20, toFault: () => refuse(503, 'ServiceUnavailable') },
};

/** A script that breaks requests at random, and how often it did what. */
export function createChaos(random: SeededRandom): { script: Script; counts: Record<string, number> } {
  const counts: Record<string, number> = {};
  const script = (request: SeenRequest): Fault | undefined => {
    const [name, trouble] = chooseTrouble(random) ?? ['none'];
    counts[name] = (counts[name] ?? 0) + 1;
    return trouble?.toFault(random, request);
  };
  return { script, counts };
}

function chooseTrouble(random: SeededRandom): [string, Trouble] | undefined {
  let lot = random.below(1000);
  for (const [name, trouble] of Object.entries(TROUBLES)) {
    if (lot < trouble.frequency) return [name, trouble];
    lot -= trouble.frequency;
  }
  return undefined;
}

function toStatus(code: number, reason: string): object {
  const details = { name: 'chaos' };
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: 'chaos', details };
}

function refuse(status: number, reason: string): Extract<Fault, { kind: 'answer' }> {
  return { kind: 'answer', status, body: toStatus(status, reason) };
}

/** How an API server says to a watch that its version is too old: under 200, as an event. */
function endWatch(): Fault {
  return { kind: 'answer', status: 200, body: { type: 'ERROR', object: toStatus(410, 'Expired') } };
}
