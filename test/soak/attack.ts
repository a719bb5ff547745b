/**
 * What hostile tenants do: one attack a file in `attacks/`, listed in `attacks/index.ts`. Each file also exports the
 * spec of its blueprints as a function, for the tests of the bound that the attack meets. This file is what they share.
 */
import type { SeededRandom } from '../harness/random.ts';
import type { ApiRequest } from '../../src/kube/http/transport.ts';

/**
 * What a tenant may do in its own namespace: write blueprints, as `config/rbac/users.yaml` has it, or besides that
 * write Flux's objects and the statuses of blueprints. In another namespace it may do nothing.
 */
export type Rights = 'blueprints' | 'objects';

/** A hostile tenant, as an attack sees it. Whatever the API server refuses is counted, and is no failure. */
export interface Attacker {
  readonly namespace: string;
  readonly random: SeededRandom;
  /** Whether the time of this attack is up. */
  isOver(): boolean;
  /** Applies a blueprint; it waits where the tenant has written too many bytes. Answers whether it was taken. */
  write(name: string, spec: object): Promise<boolean>;
  /** Deletes a blueprint, and does not wait until it is gone. */
  delete(name: string): Promise<void>;
  /** Sends another request as the tenant. Answers what the API server answered; undefined where it refused. */
  request(request: ApiRequest): Promise<Record<string, unknown> | undefined>;
  /** Lets the operator work for some milliseconds, or until the time is up. */
  rest(ms: number): Promise<void>;
}

/** Something that a hostile tenant does. */
export interface Attack {
  /** How the table names it. */
  name: string;
  needs: Rights;
  /** Ends by itself, soon after the time is up. What it leaves behind is deleted by the soak. */
  run(attacker: Attacker): Promise<void>;
}

/** Makes the spec of the blueprint `name`, a little different each time. */
export type ToSpec = (random: SeededRandom, name: string) => object;

/** How an attack by blueprints differs from others. */
export interface Pace {
  /** How many blueprints it writes. Default: 1. */
  blueprints?: number;
  /** How often it writes each. Default: 2. */
  rounds?: number;
  /** How long it lets the operator work after each round, in milliseconds. Default: 2000. */
  restMs?: number;
}

/**
 * An attack by blueprints alone: it writes them, lets the operator work, writes them anew, and deletes them half of the
 * time. Otherwise they stay beside the next attack.
 */
export function attackByBlueprints(name: string, toSpec: ToSpec, pace: Pace = {}): Attack {
  const { blueprints = 1, rounds = 2, restMs = 2000 } = pace;
  const names = range(blueprints).map((i) => `${name}-${i}`);
  const run = async (attacker: Attacker): Promise<void> => {
    for (let round = 0; round < rounds && !attacker.isOver(); round++) {
      for (const each of names) {
        if (attacker.isOver()) return;
        await attacker.write(each, toSpec(attacker.random, each));
      }
      await attacker.rest(restMs);
    }
    if (!attacker.random.chance(0.5)) return;
    for (const each of names) await attacker.delete(each);
  };
  return { name, needs: 'blueprints', run };
}

/** The numbers from 0 up to `count`. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
