import { Label, MANAGED_BY } from '../../src/api/names.ts';
import { type KubeObject, displayName } from '../../src/api/object.ts';
import { GENERATED_KINDS } from '../../src/core/kinds/index.ts';
import type { Change } from '../../src/ports/reflector.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import type { TestClient } from '../harness/api-server/client.ts';
import { type KindWatches, watchKinds } from '../harness/api-server/watch-kinds.ts';
import { waitFor } from '../harness/wait-for.ts';

/** How long the demo waits to see something before it fails, in milliseconds. */
const PATIENCE_MS = 30_000;

/** A change that a watch delivered, and when it arrived (monotonic, milliseconds). */
export interface Seen {
  type: Change['type'];
  object: KubeObject;
  name: string;
  at: number;
}

/** Sees every generated object by watches of its own, independently of the operator. */
export class Observer {
  readonly #seen: Seen[] = [];
  readonly #waiting = new Set<() => void>();
  #watches: KindWatches | undefined;

  /** Begins to watch; resolves when every watch is complete. */
  static async start(client: TestClient): Promise<Observer> {
    const observer = new Observer();
    const target = { labelSelector: `${Label.ManagedBy}=${MANAGED_BY}` };
    observer.#watches = await watchKinds(client, GENERATED_KINDS, target, (change) => {
      observer.#note(change);
    });
    return observer;
  }

  /** All objects that exist now. */
  get objects(): KubeObject[] {
    return this.#watches?.objects ?? [];
  }

  /** One object by `Kind/namespace/name`. */
  find(name: string): KubeObject | undefined {
    return this.objects.find((object) => displayName({ ...object, ...object.metadata }) === name);
  }

  /** The changes since a moment, in the order in which they arrived. */
  since(at: number): Seen[] {
    return this.#seen.filter((seen) => seen.at >= at);
  }

  /** Resolves when `holds`; fails with `what` after half a minute. */
  async until(what: string, holds: () => boolean): Promise<void> {
    await waitFor(what, holds, { boundMs: PATIENCE_MS, pause: (leftMs) => this.#nextChange(leftMs) });
  }

  /** Ends the watches. */
  async stop(): Promise<void> {
    await this.#watches?.stop();
  }

  #note(change: Change): void {
    const { object, type } = change;
    this.#seen.push({
      type,
      object,
      name: displayName({ ...object, ...object.metadata }),
      at: performance.now(),
    });
    for (const wake of [...this.#waiting]) wake();
  }

  #nextChange(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        timer.cancel();
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = systemClock.after(Math.max(0, ms), wake);
      this.#waiting.add(wake);
    });
  }
}
