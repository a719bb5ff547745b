import { expect } from '@jest/globals';
import { displayName, type KubeObject, refOf } from '../../../src/api/object.ts';
import type { Tenant } from '../../harness/blueprint/tenant.ts';
import { findDeployed } from './deployed.ts';

/** A blueprint of a tenant, what it generated and what that deployed: which objects these are, and in which state. */
export class Untouched {
  readonly #tenant: Tenant;
  readonly #deployed: string;
  readonly #before: object;

  private constructor(tenant: Tenant, deployed: string, before: object) {
    this.#tenant = tenant;
    this.#deployed = deployed;
    this.#before = before;
  }

  /**
   * Notes all of it.
   * @param deployed the name of a ConfigMap that Flux has deployed
   */
  static async note(tenant: Tenant, deployed: string): Promise<Untouched> {
    return new Untouched(tenant, deployed, await read(tenant, deployed));
  }

  /** Fails where an object is gone, is another one, is being deleted, or says something else. */
  async check(): Promise<void> {
    expect(await read(this.#tenant, this.#deployed)).toEqual(this.#before);
  }
}

async function read(tenant: Tenant, deployed: string): Promise<object> {
  const blueprint = (await tenant.blueprint()) as unknown as KubeObject;
  const found = await findDeployed(tenant, 'ConfigMap', deployed);
  const objects = [blueprint, ...(await tenant.generated()), ...(found === undefined ? [] : [found])];
  return Object.fromEntries(
    objects.map((object) => {
      const { uid, generation, deletionTimestamp } = object.metadata;
      const { spec, data } = object as KubeObject & { spec?: unknown; data?: unknown };
      return [displayName(refOf(object)), { uid, generation, deletionTimestamp, spec, data }];
    }),
  );
}
