import {
  CLI_MANAGER,
  FIELD_MANAGER,
  GROUP,
  KIND,
  PLURAL,
  REVISION_KIND,
  REVISION_PLURAL,
  VERSION as API,
} from '../api/names.ts';
import { type KindRef, type KubeObject, type ObjectRef, refOf, splitApiVersion } from '../api/object.ts';
import {
  AccessError,
  type Attempt,
  type ClusterAccess,
  type ClusterChoice,
  type FailureReason,
  type JsonPatchOperation,
  type LogOptions,
  type PodRef,
  type Selection,
} from '../cli/session/access.ts';
import { textAt } from '../core/values/json.ts';
import { ApiCluster } from '../kube/cluster.ts';
import { ApiDiscovery } from '../kube/discovery.ts';
import { Connection } from '../kube/http/connection.ts';
import { toResourcePath } from '../kube/http/resource-path.ts';
import { HttpTransport } from '../kube/http/transport.ts';
import {
  ClusterError,
  type ClusterErrorReason,
  type Discovery,
  type ResourceType,
  asClusterError,
} from '../ports/cluster.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { type KubeConfig, readConfig } from './cluster-config.ts';
import { VERSION } from './version.ts';

/**
 * Opens the cluster that a command works on. Nothing is sent yet.
 *
 * @param signal ends every request
 * @throws ConnectError where the kubeconfig is missing or wrong
 */
export function openCluster(choice: ClusterChoice, signal: AbortSignal): ClusterAccess {
  const config = readConfig(choice);
  return new ApiAccess(config, new Connection({ config, clock: systemClock, version: VERSION }), signal);
}

const namespaced = (group: string, version: string, kind: string, plural: string): ResourceType => ({
  group,
  version,
  kind,
  plural,
  namespaced: true,
});

/** The kinds that every command knows, so that most commands need no discovery. */
const KNOWN: readonly ResourceType[] = [
  { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false },
  namespaced(GROUP, API, KIND, PLURAL),
  namespaced(GROUP, API, REVISION_KIND, REVISION_PLURAL),
  namespaced('', 'v1', 'Event', 'events'),
  namespaced('', 'v1', 'Pod', 'pods'),
];

/** How long a log may send nothing, in milliseconds: when it is followed, nothing need be logged for hours. */
const LOG_IDLE_MS = 86_400_000;

/** Discovery that asks the cluster only for kinds that are not known without it. */
class LazyDiscovery implements Discovery {
  readonly #api: ApiDiscovery;

  constructor(api: ApiDiscovery) {
    this.#api = api;
  }

  find(group: string, kind: string): ResourceType | undefined {
    return KNOWN.find((type) => type.group === group && type.kind === kind) ?? this.#api.find(group, kind);
  }

  inGroup(group: string): readonly ResourceType[] {
    return this.#api.inGroup(group);
  }

  async seek(
    kind: Pick<ResourceType, 'group' | 'kind'>,
    known: ResourceType | undefined,
    signal?: AbortSignal,
  ): Promise<ResourceType | undefined> {
    return known !== undefined && KNOWN.includes(known) ? undefined : this.#api.seek(kind, known, signal);
  }

  refresh(signal?: AbortSignal): Promise<boolean> {
    return this.#api.refresh(signal);
  }
}

/** The {@link ClusterAccess} behind an API server. */
class ApiAccess implements ClusterAccess {
  readonly namespace: string;
  readonly description: string;
  readonly #connection: Connection;
  readonly #transport: HttpTransport;
  readonly #api: ApiDiscovery;
  readonly #discovery: LazyDiscovery;
  readonly #cluster: ApiCluster;
  readonly #signal: AbortSignal;

  constructor(config: KubeConfig, connection: Connection, signal: AbortSignal) {
    const context = config.getCurrentContext();
    const { origin } = new URL(config.getCurrentCluster()?.server ?? '');
    const { namespace = '' } = config.getContextObject(context) ?? {};
    this.namespace = namespace === '' ? 'default' : namespace;
    this.description = `the cluster of context ${context} (${origin})`;
    this.#connection = connection;
    this.#transport = new HttpTransport({ connection, clock: systemClock });
    this.#api = new ApiDiscovery(this.#transport, systemClock);
    this.#discovery = new LazyDiscovery(this.#api);
    this.#cluster = new ApiCluster(this.#transport, this.#discovery);
    this.#signal = signal;
  }

  get(ref: ObjectRef): Promise<KubeObject | undefined> {
    return this.#attempt('get', ref, async () => {
      const found = await this.#cluster.get(ref, { signal: this.#signal });
      return found && checkObject(found);
    });
  }

  merge(ref: ObjectRef, patch: Readonly<Record<string, unknown>>): Promise<KubeObject | undefined> {
    const options = { fieldManager: CLI_MANAGER, signal: this.#signal };
    return this.#attempt('patch', ref, () => this.#cluster.merge(ref, patch, options));
  }

  apply(object: KubeObject): Promise<KubeObject> {
    const options = { fieldManager: CLI_MANAGER, signal: this.#signal };
    return this.#attempt('patch', refOf(object), () => this.#cluster.apply(object, options));
  }

  create(object: KubeObject): Promise<KubeObject> {
    const options = { fieldManager: CLI_MANAGER, signal: this.#signal };
    return this.#attempt('create', refOf(object), () => this.#cluster.create(object, options));
  }

  delete(ref: ObjectRef): Promise<boolean> {
    const options = { propagationPolicy: 'Background', signal: this.#signal } as const;
    return this.#attempt('delete', ref, () => this.#cluster.delete(ref, options));
  }

  version(): Promise<string> {
    return this.#attempt('get', { apiVersion: 'v1', kind: 'version' }, async () => {
      const request = { method: 'GET', path: '/version', signal: this.#signal } as const;
      const { gitVersion } = await this.#transport.request(request);
      if (typeof gitVersion === 'string') return gitVersion;
      throw new ClusterError('ServerError', 'the answer is no version of Kubernetes');
    });
  }

  list<T>(
    kind: KindRef,
    { namespace, labels }: Selection,
    keep: (object: KubeObject) => T | undefined,
  ): Promise<T[]> {
    return this.#attempt('list', { ...kind, namespace }, async () => {
      const { plural } = await this.#typeOf(kind);
      const path = toResourcePath({ apiVersion: kind.apiVersion, plural, namespace });
      const kept: T[] = [];
      const items = this.#transport.list({ path, query: { labelSelector: labels }, signal: this.#signal });
      for await (const some of items) {
        for (const item of some) {
          // The items of a list of the core API do not say what they are.
          const one = keep(checkObject({ ...kind, ...item } as KubeObject));
          if (one !== undefined) kept.push(one);
        }
      }
      return kept;
    });
  }

  dryRun(manifest: KubeObject, as?: string): Promise<KubeObject> {
    const options = { fieldManager: FIELD_MANAGER, dryRun: true, as, signal: this.#signal };
    return this.#attempt('patch', refOf(manifest), () => this.#cluster.apply(manifest, options));
  }

  patch(ref: ObjectRef, operations: readonly JsonPatchOperation[]): Promise<KubeObject> {
    return this.#attempt('patch', ref, async () => {
      const { plural } = await this.#typeOf(ref);
      const { apiVersion, namespace, name } = ref;
      const answer = await this.#transport.request({
        method: 'PATCH',
        path: toResourcePath({ apiVersion, plural, namespace, name }),
        query: { fieldManager: CLI_MANAGER, fieldValidation: 'Strict' },
        contentType: 'application/json-patch+json',
        body: operations,
        signal: this.#signal,
      });
      return answer as unknown as KubeObject;
    });
  }

  applyStatus(object: KubeObject, fieldManager: string): Promise<KubeObject> {
    const options = { fieldManager, signal: this.#signal };
    return this.#attempt('patch', refOf(object), () => this.#cluster.applyStatus(object, options), '/status');
  }

  async mayImpersonate({ namespace, name }: { namespace: string; name: string }): Promise<boolean> {
    const resourceAttributes = { verb: 'impersonate', resource: 'serviceaccounts', namespace, name };
    const { status } = await this.#review('authorization.k8s.io/v1', 'SelfSubjectAccessReview', {
      resourceAttributes,
    });
    return status?.['allowed'] === true;
  }

  async whoAmI(): Promise<string> {
    const { status } = await this.#review('authentication.k8s.io/v1', 'SelfSubjectReview');
    return textAt(status, ['userInfo', 'username']) ?? '';
  }

  async served(kinds: Iterable<string>): Promise<ReadonlyMap<string, string>> {
    await this.#attempt('get', { apiVersion: 'v1', kind: 'APIGroup' }, () =>
      this.#discovery.refresh(this.#signal),
    );
    const found = new Map<string, string>();
    for (const key of kinds) {
      const [group = '', kind = ''] = key.split('/');
      const type = this.#discovery.find(group, kind);
      if (type !== undefined) found.set(key, type.version);
    }
    return found;
  }

  listKinds(): Promise<ResourceType[]> {
    return this.#attempt('get', { apiVersion: 'v1', kind: 'APIGroup' }, async () => {
      await this.#api.refresh(this.#signal);
      return this.#api.all();
    });
  }

  async *readLog({ namespace, name, container }: PodRef, options: LogOptions): AsyncGenerator<string, void> {
    const path = `${toResourcePath({ apiVersion: 'v1', plural: 'pods', namespace, name })}/log`;
    const request = { path, query: { ...options, container }, accept: '*/*', signal: this.#signal };
    try {
      yield* this.#transport.lines({ ...request, idleTimeoutMs: LOG_IDLE_MS });
    } catch (thrown) {
      throw toAccessError(thrown, { verb: 'get', resource: 'pods/log', namespace });
    }
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /** Asks the API server about the user. Everybody who is known to it may. */
  #review(apiVersion: string, kind: string, spec?: object): Promise<{ status?: Record<string, unknown> }> {
    const path = `/apis/${apiVersion}/${kind.toLowerCase()}s`;
    const body = { apiVersion, kind, ...(spec === undefined ? {} : { spec }) };
    return this.#attempt('create', { apiVersion, kind }, () =>
      this.#transport.request({ method: 'POST', path, body, signal: this.#signal }),
    );
  }

  async #typeOf({ apiVersion, kind }: KindRef): Promise<ResourceType> {
    const { group } = splitApiVersion(apiVersion);
    const type =
      this.#discovery.find(group, kind) ??
      (await this.#discovery.seek({ group, kind }, undefined, this.#signal));
    if (type !== undefined) return type;
    throw new ClusterError('NoKindMatch', `the cluster does not serve the kind ${kind} of ${apiVersion}`);
  }

  async #attempt<T>(
    verb: Attempt['verb'],
    { apiVersion, kind, namespace }: KindRef & { namespace?: string | undefined },
    send: () => Promise<T>,
    part: '' | '/status' = '',
  ): Promise<T> {
    try {
      return await send();
    } catch (thrown) {
      const { group } = splitApiVersion(apiVersion);
      const resource = (this.#discovery.find(group, kind)?.plural ?? kind.toLowerCase()) + part;
      throw toAccessError(thrown, {
        verb,
        resource: group === '' ? resource : `${resource}.${group}`,
        namespace,
      });
    }
  }
}

/** A failed request as commands tell it. Rethrows what is no answer of a cluster. */
function toAccessError(thrown: unknown, attempt: Attempt): AccessError {
  const error = asClusterError(thrown);
  return new AccessError(reasonOf(error), error.message, attempt, thrown);
}

function reasonOf({ reason, causes }: ClusterError): FailureReason {
  // Policies say what they refuse; RBAC gives no causes.
  if (reason === 'Forbidden' && causes.length > 0) return 'Denied';
  return REASONS[reason] ?? 'Refused';
}

/** What comes from something else than an API server would otherwise fail wherever it is looked at first. */
function checkObject(object: KubeObject): KubeObject {
  const metadata = object.metadata as unknown;
  if (typeof metadata === 'object' && metadata !== null && 'name' in metadata) return object;
  throw new ClusterError('ServerError', 'the answer is no object of Kubernetes');
}

/** Why requests fail, as commands tell it; for every other reason the API server refused what was asked. */
const REASONS: Readonly<Partial<Record<ClusterErrorReason, FailureReason>>> = {
  Unauthorized: 'Unauthorized',
  Forbidden: 'Forbidden',
  NoKindMatch: 'NoKindMatch',
  NotFound: 'NotFound',
  Conflict: 'Conflict',
  Unreachable: 'Unreachable',
  Timeout: 'Timeout',
  Aborted: 'Aborted',
  ServerError: 'Failing',
  TooManyRequests: 'Failing',
};
