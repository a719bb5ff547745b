import type { KubeObject } from '../../../src/api/object.ts';
import type { TestClient } from '../../harness/api-server/client.ts';

/** How long a {@link Sight} waits before the benchmark fails, in milliseconds. */
const WAIT_MS = 60_000;

/** A condition that is checked with each event of a watch until it holds. */
type Expectation = (object: KubeObject, type: string) => boolean;

/** A watch of one collection by the benchmark itself, to find out when something is visible on the API server. */
export class Sight {
  readonly #abort = new AbortController();
  readonly #expectations = new Set<{
    holds: Expectation;
    seen: (ms: number) => void;
    timer: NodeJS.Timeout;
  }>();
  #ended: Promise<void> = Promise.resolve();

  /** Watches a path from now on. */
  static async open(client: TestClient, path: string): Promise<Sight> {
    const list = await client.transport.request({ method: 'GET', path, query: { limit: 1 } });
    const { resourceVersion } = list['metadata'] as { resourceVersion: string };
    const sight = new Sight();
    sight.#ended = sight.#follow(client, path, resourceVersion);
    return sight;
  }

  /** Resolves with the moment (`performance.now()`) at which an event is seen that is as expected. */
  async until(what: string, holds: Expectation): Promise<number> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#expectations.delete(expectation);
        reject(new Error(`waited ${WAIT_MS / 1000} s in vain until ${what}`));
      }, WAIT_MS);
      const expectation = {
        holds,
        timer,
        seen: (ms: number): void => {
          clearTimeout(timer);
          resolve(ms);
        },
      };
      this.#expectations.add(expectation);
    });
  }

  /** Ends the watch. Pending waits never end. */
  async close(): Promise<void> {
    for (const { timer } of this.#expectations) clearTimeout(timer);
    this.#abort.abort();
    await this.#ended;
  }

  async #follow(client: TestClient, path: string, resourceVersion: string): Promise<void> {
    const { signal } = this.#abort;
    const query = { watch: true, resourceVersion, timeoutSeconds: 3600 };
    try {
      for await (const { type, object } of client.transport.watch({ path, query, signal })) {
        this.#see(String(type), object as KubeObject);
      }
    } catch (failure) {
      if (!signal.aborted) throw failure;
    }
  }

  #see(type: string, object: KubeObject): void {
    const now = performance.now();
    for (const expectation of this.#expectations) {
      if (!expectation.holds(object, type)) continue;
      this.#expectations.delete(expectation);
      expectation.seen(now);
    }
  }
}
