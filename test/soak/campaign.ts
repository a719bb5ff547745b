import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../harness/random.ts';
import type { Attack, Rights } from './attack.ts';
import type { Answers, TenantAttacker } from './tenant-attacker.ts';

/** The longest that one attack lasts, in milliseconds. */
const LONGEST_MS = 20_000;

/** How long a tenant waits that has no attack to run, in milliseconds. */
const IDLE_MS = 100;

/** A hostile tenant and what it may do. */
export interface Hostile {
  attacker: TenantAttacker;
  rights: Rights;
}

/** An attack that was run. */
export interface Run {
  /** Seconds since the first attack. */
  atSeconds: number;
  tenant: string;
  attack: string;
  /** How the API server answered. */
  answers: Answers;
}

/**
 * Has hostile tenants attack at the same time, until `untilMs` (`performance.now()`). The attacks are dealt in rounds,
 * in an order that the seed decides: in each round every attack goes to one tenant that has the rights for it. Each
 * tenant goes through its own at its own speed, so that the seed decides what each does, and the machine what meets
 * what.
 */
export async function runCampaign(
  hostiles: readonly Hostile[],
  attacks: readonly Attack[],
  { seed, untilMs, onRun }: { seed: number; untilMs: number; onRun: (run: Run) => void },
): Promise<void> {
  const began = performance.now();
  const slotMs = Math.min(LONGEST_MS, ((untilMs - began) * hostiles.length) / attacks.length);
  const attackUntilEnd = async ({ attacker }: Hostile, index: number): Promise<void> => {
    for (let round = 0; performance.now() < untilMs; round++) {
      const hand = dealRound(hostiles, attacks, seed + round)[index] ?? [];
      // Few attacks may leave some without one.
      if (hand.length === 0) await sleep(IDLE_MS);
      for (const attack of hand) {
        if (performance.now() >= untilMs) return;
        attacker.setDeadline(Math.min(untilMs, performance.now() + slotMs));
        const answers = attacker.startCounting();
        const atSeconds = Math.round((performance.now() - began) / 1000);
        onRun({ atSeconds, tenant: attacker.namespace, attack: attack.name, answers });
        await attack.run(attacker);
      }
    }
  };
  await Promise.all(hostiles.map(attackUntilEnd));
}

/** The attacks of one round, by tenant. */
export function dealRound(
  hostiles: readonly Pick<Hostile, 'rights'>[],
  attacks: readonly Attack[],
  seed: number,
): Attack[][] {
  const hands: Attack[][] = hostiles.map(() => []);
  for (const attack of new SeededRandom(seed).shuffle(attacks)) {
    const able = hands.filter((_, i) => attack.needs === 'blueprints' || hostiles[i]?.rights === 'objects');
    const [fewest] = able.toSorted((a, b) => a.length - b.length);
    fewest?.push(attack);
  }
  return hands;
}
