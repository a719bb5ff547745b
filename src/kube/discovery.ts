import type { Clock } from '../ports/clock.ts';
import type { Discovery, ResourceType } from '../ports/cluster.ts';
import { ClusterError } from '../ports/cluster.ts';
import { raceAbort } from './http/abort.ts';
import type { Transport } from './http/transport.ts';
import { SeekAllowance } from './seek-allowance.ts';

const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** The fields of `apidiscovery.k8s.io/v2` that are read here. */
interface GroupDiscovery {
  metadata?: { name?: string };
  versions?: VersionDiscovery[];
}

interface VersionDiscovery {
  version: string;
  /** `Stale` when an aggregated API server did not answer, so that the list may be incomplete. */
  freshness?: string;
  resources?: {
    resource: string;
    scope: string;
    responseKind?: { kind: string };
  }[];
}

type Kinds = ReadonlyMap<string, ResourceType>;

/**
 * Reads what the cluster serves by aggregated discovery (GA since Kubernetes 1.30), which takes two requests however
 * many groups there are. It knows no types before the first {@link refresh}. The preferred version of a kind is the
 * first version, in the server's order, that has the kind. A group that the server marks as stale keeps its known
 * kinds.
 */
export class ApiDiscovery implements Discovery {
  readonly #transport: Transport;
  #groups: ReadonlyMap<string, Kinds> = new Map();
  #fingerprint = '';
  #refreshing: Promise<boolean> | undefined;

  readonly #allowance: SeekAllowance;

  constructor(transport: Transport, clock: Clock) {
    this.#transport = transport;
    this.#allowance = new SeekAllowance(clock);
  }

  find(group: string, kind: string): ResourceType | undefined {
    return this.#groups.get(group)?.get(kind);
  }

  inGroup(group: string): readonly ResourceType[] {
    return [...(this.#groups.get(group)?.values() ?? [])];
  }

  /** All types, in the order of the server: those of the core API first. */
  all(): ResourceType[] {
    return [...this.#groups.values()].flatMap((kinds) => [...kinds.values()]);
  }

  async seek(
    { group, kind }: Pick<ResourceType, 'group' | 'kind'>,
    known: ResourceType | undefined,
    signal?: AbortSignal,
  ): Promise<ResourceType | undefined> {
    const present = this.find(group, kind);
    if (present !== known) return present;
    const name = `${group}/${kind}`;
    if (!this.#allowance.take(name)) return undefined;
    await this.refresh(signal);
    const found = this.find(group, kind);
    if (found === undefined) this.#allowance.noteMissing(name);
    return found;
  }

  /** The signal ends only the wait of this caller, because others may wait for the same answer. */
  async refresh(signal?: AbortSignal): Promise<boolean> {
    this.#refreshing ??= this.#fetch().finally(() => (this.#refreshing = undefined));
    return raceAbort(this.#refreshing, signal);
  }

  async #fetch(): Promise<boolean> {
    const lists = await Promise.all(['/api', '/apis'].map((path) => this.#fetchGroups(path)));
    const groups = new Map<string, Kinds>();
    for (const group of lists.flat()) {
      const name = group.metadata?.name ?? '';
      groups.set(name, readKinds(name, group.versions ?? [], this.#groups.get(name)));
    }
    const fingerprint = JSON.stringify([...groups.values()].map((kinds) => [...kinds.values()]));
    const changed = fingerprint !== this.#fingerprint;
    this.#groups = groups;
    this.#fingerprint = fingerprint;
    return changed;
  }

  async #fetchGroups(path: string): Promise<GroupDiscovery[]> {
    const list = await this.#transport.request({ method: 'GET', path, accept });
    if (list['kind'] !== 'APIGroupDiscoveryList' || !Array.isArray(list['items'])) {
      throw new ClusterError(
        'ServerError',
        'the API server lacks aggregated discovery (Kubernetes 1.30 or newer)',
      );
    }
    return list['items'] as GroupDiscovery[];
  }
}

function readKinds(group: string, versions: VersionDiscovery[], known: Kinds | undefined): Kinds {
  const kinds = new Map<string, ResourceType>();
  for (const { version, resources = [] } of versions) {
    for (const { resource: plural, scope, responseKind } of resources) {
      const kind = responseKind?.kind ?? '';
      if (kind === '' || kinds.has(kind)) continue;
      kinds.set(kind, { group, version, kind, plural, namespaced: scope === 'Namespaced' });
    }
  }
  const stale = versions.some(({ freshness }) => freshness === 'Stale');
  return stale ? new Map([...(known ?? []), ...kinds]) : kinds;
}
