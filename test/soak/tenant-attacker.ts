import { setTimeout as sleep } from 'node:timers/promises';
import { API_VERSION, KIND } from '../../src/api/names.ts';
import type { ApiRequest } from '../../src/kube/http/transport.ts';
import { ClusterError } from '../../src/ports/cluster.ts';
import type { TestClient } from '../harness/api-server/client.ts';
import type { SeededRandom } from '../harness/random.ts';
import type { Attacker } from './attack.ts';
import type { ByteBudget } from './byte-budget.ts';

/** How often the API server took what a tenant sent, and how often it refused, by reason. */
export type Answers = Record<string, number>;

/** What a {@link TenantAttacker} is made of. */
export interface TenantAttackerOptions {
  /** With the tenant's own rights. */
  client: TestClient;
  namespace: string;
  random: SeededRandom;
  /** Shared by all tenants. */
  budget: ByteBudget;
  /** The account that its blueprints name; undefined for none. */
  account: string | undefined;
}

/** An {@link Attacker} with the rights of one tenant. */
export class TenantAttacker implements Attacker {
  readonly namespace: string;
  readonly random: SeededRandom;
  readonly #options: TenantAttackerOptions;
  #until = 0;
  #answers: Answers = {};

  constructor(options: TenantAttackerOptions) {
    this.namespace = options.namespace;
    this.random = options.random;
    this.#options = options;
  }

  /** Says when (`performance.now()`) the time of the next attack is up. */
  setDeadline(until: number): void {
    this.#until = until;
  }

  /** Counts anew from now on. Answers the counts, which go on growing. */
  startCounting(): Answers {
    return (this.#answers = {});
  }

  isOver(): boolean {
    return performance.now() >= this.#until;
  }

  async rest(ms: number): Promise<void> {
    await sleep(Math.max(0, Math.min(ms, this.#until - performance.now())));
  }

  async write(name: string, spec: object): Promise<boolean> {
    const { client, namespace, account, budget } = this.#options;
    const named = account === undefined ? spec : { serviceAccountName: account, ...spec };
    const metadata = { name, namespace };
    const manifest = { apiVersion: API_VERSION, kind: KIND, metadata, spec: named };
    await budget.take(JSON.stringify(manifest).length);
    const stored = await this.#count(() => client.cluster.apply(manifest, { fieldManager: 'kubectl' }));
    return stored !== undefined;
  }

  async delete(name: string): Promise<void> {
    const { client, namespace } = this.#options;
    await this.#count(() => client.cluster.delete({ apiVersion: API_VERSION, kind: KIND, namespace, name }));
  }

  async request(request: ApiRequest): Promise<Record<string, unknown> | undefined> {
    await this.#options.budget.take(JSON.stringify(request.body ?? '').length);
    return this.#count(() => this.#options.client.transport.request(request));
  }

  async #count<T>(send: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await send();
      this.#note('taken');
      return answer;
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      this.#note(error.reason);
      return undefined;
    }
  }

  #note(what: string): void {
    this.#answers[what] = (this.#answers[what] ?? 0) + 1;
  }
}
