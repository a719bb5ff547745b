import type { KubeObject } from '../../api/object.ts';
import type { Clock } from '../../ports/clock.ts';
import { isReason } from '../../ports/cluster.ts';
import { toMicroTime } from '../http/micro-time.ts';
import { toResourcePath } from '../http/resource-path.ts';
import type { ApiRequest, Transport } from '../http/transport.ts';

/** The resource type of a Lease. */
export const LEASES = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
} as const;

/** The part of a Lease's spec that leader election reads and writes (client-go's `LeaderElectionRecord`). */
export interface LeaseSpec {
  /** Empty when the last holder has released the Lease. */
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  /** Wall-clock times, for people. Nothing is decided by them. */
  acquireTime?: string;
  renewTime?: string;
  leaseTransitions?: number;
}

/** A Lease (coordination.k8s.io/v1). */
export type Lease = KubeObject & { spec?: LeaseSpec };

/** Reads and writes one Lease. A write rejects with reason Conflict when the Lease has changed since it was read. */
export class LeaseRecord {
  readonly #transport: Transport;
  readonly #namespace: string;
  readonly #name: string;

  constructor(transport: Transport, { namespace, name }: { namespace: string; name: string }) {
    this.#transport = transport;
    this.#namespace = namespace;
    this.#name = name;
  }

  /** The Lease; undefined when there is none. Rejects with reason Timeout after `timeoutMs` milliseconds. */
  async read(timeoutMs: number): Promise<Lease | undefined> {
    try {
      return (await this.#send({ method: 'GET', timeoutMs }, this.#name)) as Lease;
    } catch (failure) {
      if (isReason(failure, 'NotFound')) return undefined;
      throw failure;
    }
  }

  /**
   * Writes `spec` over the spec of `lease`, which is the Lease as it was read; creates the Lease if that is undefined.
   * Resolves with the stored Lease.
   */
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

/** The spec by which a process holds a Lease from now on, for `leaseDurationMs` milliseconds. */
export function toHeldSpec(holder: { clock: Clock; identity: string; leaseDurationMs: number }): LeaseSpec {
  return {
    holderIdentity: holder.identity,
    leaseDurationSeconds: Math.ceil(holder.leaseDurationMs / 1000),
    renewTime: toMicroTime(holder.clock.now()),
  };
}

/** The spec of a released Lease, as client-go's `release` writes it: no holder, and the shortest possible duration. */
export function toReleasedSpec(clock: Clock): LeaseSpec {
  const now = toMicroTime(clock.now());
  return { holderIdentity: '', leaseDurationSeconds: 1, acquireTime: now, renewTime: now };
}
