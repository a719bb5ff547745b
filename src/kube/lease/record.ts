import type { KubeObject } from '../../api/object.ts';
import { isReason } from '../../ports/cluster.ts';
import { toResourcePath } from '../http/resource-path.ts';
import type { ApiRequest, Transport } from '../http/transport.ts';

/** The type of a Lease. */
export const LEASES = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
} as const;

/** The part of a Lease's spec that leader election reads and writes (client-go's `LeaderElectionRecord`). */
export interface LeaseSpec {
  /** Empty when the last holder has let go. */
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  /** Wall-clock times, for people: nothing is decided by them. */
  acquireTime?: string;
  renewTime?: string;
  leaseTransitions?: number;
}

/** A Lease. */
export type Lease = KubeObject & { spec?: LeaseSpec };

/** Reads and writes one Lease. A write is refused with reason Conflict when the Lease has changed since it was read. */
export class LeaseRecord {
  readonly #transport: Transport;
  readonly #namespace: string;
  readonly #name: string;

  constructor(transport: Transport, { namespace, name }: { namespace: string; name: string }) {
    this.#transport = transport;
    this.#namespace = namespace;
    this.#name = name;
  }

  /** Undefined when there is none. */
  async read(timeoutMs: number): Promise<Lease | undefined> {
    try {
      return (await this.#send({ method: 'GET', timeoutMs }, this.#name)) as Lease;
    } catch (failure) {
      if (isReason(failure, 'NotFound')) return undefined;
      throw failure;
    }
  }

  /** Writes the spec over that of `lease`, as it was read; makes the Lease when there was none. */
  async write(lease: Lease | undefined, spec: LeaseSpec, timeoutMs: number): Promise<Lease> {
    if (lease !== undefined) {
      const body = { ...lease, spec: { ...lease.spec, ...spec } };
      return (await this.#send({ method: 'PUT', body, timeoutMs }, this.#name)) as Lease;
    }
    const metadata = { namespace: this.#namespace, name: this.#name };
    const body = { apiVersion: `${LEASES.group}/${LEASES.version}`, kind: LEASES.kind, metadata, spec };
    return (await this.#send({ method: 'POST', body, timeoutMs })) as Lease;
  }

  #send(request: Omit<ApiRequest, 'path'>, name?: string): Promise<unknown> {
    const path = toResourcePath({
      apiVersion: `${LEASES.group}/${LEASES.version}`,
      plural: LEASES.plural,
      namespace: this.#namespace,
      name,
    });
    return this.#transport.request({ ...request, path });
  }
}
