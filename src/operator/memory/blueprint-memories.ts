/**
 * What this process remembers of blueprints between reconciles. Nothing in here is needed: a restart loses all of it
 * and costs work, because everything that must not be lost is in the status. Begin with `blueprint-memory.ts`.
 */
import { BlueprintMemory } from './blueprint-memory.ts';
import { Retention } from '../bounds/retention.ts';

/**
 * What is kept of all blueprints together, in bytes, of all that grows with what tenants write: the manifests of 20
 * blueprints of 100 objects, or the problems of as many that are wrong in a hundred ways.
 */
const MAX_KEPT = 8_000_000;

/** The memories of all blueprints, by their keys. */
export class BlueprintMemories {
  readonly #memories = new Map<string, BlueprintMemory>();
  readonly #retention = new Retention(MAX_KEPT);

  /** The memory of a blueprint; an empty one where it has none yet. */
  of(key: string): BlueprintMemory {
    const memory = this.#memories.get(key) ?? new BlueprintMemory();
    this.#memories.set(key, memory);
    return memory;
  }

  /** Records that a memory was used, so that what is kept of other blueprints may be released. */
  use(memory: BlueprintMemory): void {
    const { weighed } = memory.compiled;
    memory.weighed = weighed ?? memory.weighed;
    this.#retention.use(memory, memory.bytes);
  }

  /** Forgets a blueprint that is gone. */
  forget(key: string): void {
    const memory = this.#memories.get(key);
    if (memory !== undefined) this.#retention.forget(memory);
    memory?.apart.close();
    memory?.revisions.close();
    this.#memories.delete(key);
  }
}
