/**
 * What a person does with blueprints in a namespace, specs that several tests use, and the rights of accounts. It needs
 * an API server, and no particular operator. Begin with {@link Tenant}; `neighbour.ts` is one that is timed.
 */
import { createHash } from 'node:crypto';
import { API_VERSION, KIND, Label, RECONCILE_REQUEST, REQUEST_MANAGER } from '../../../src/api/names.ts';
import {
  displayName,
  type KubeObject,
  type ObjectRef,
  refOf,
  splitApiVersion,
} from '../../../src/api/object.ts';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import type { Condition, Status } from '../../../src/api/schema/status.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import { GENERATED_KINDS } from '../../../src/core/kinds/index.ts';
import { assessHealth, isSettled } from '../../../src/core/health/health.ts';
import { toResourcePath } from '../../../src/kube/http/resource-path.ts';
import type { TestClient } from '../api-server/client.ts';
import { waitFor } from '../wait-for.ts';

const apiVersions = new Map(
  [...offlineContext().served].map(([key, version]) => {
    const [group = '', kind = ''] = key.split('/');
    return [kind, `${group}/${version}`] as const;
  }),
);

/** The blueprint's name where a test needs only one. */
const DEFAULT_NAME = 'platform';

/** A namespace of a test's own, and what a person does in it. */
export class Tenant {
  readonly client: TestClient;
  readonly namespace: string;
  /** Kinds that this test's blueprints generate beside those that every blueprint can. */
  readonly extraKinds: { group: string; kind: string }[] = [];

  private constructor(client: TestClient, namespace: string) {
    this.client = client;
    this.namespace = namespace;
  }

  /** Opens a tenant in a new namespace. */
  static async open(client: TestClient): Promise<Tenant> {
    return new Tenant(client, await client.makeNamespace(`tenant-${crypto.randomUUID().slice(0, 13)}`));
  }

  /** Opens a tenant in an existing namespace. */
  static at(client: TestClient, namespace: string): Tenant {
    return new Tenant(client, namespace);
  }

  /** A blueprint of this namespace as JSON. */
  manifest(spec: object, name = DEFAULT_NAME): KubeObject {
    return { apiVersion: API_VERSION, kind: KIND, metadata: { name, namespace: this.namespace }, spec };
  }

  /** Applies a blueprint; what an earlier application set and this one does not goes away. */
  applyBlueprint(spec: object, name = DEFAULT_NAME): Promise<KubeObject> {
    return this.client.apply(this.manifest(spec, name));
  }

  /** Deletes a blueprint, as `kubectl delete --wait=false` does. */
  async deleteBlueprint(name = DEFAULT_NAME): Promise<void> {
    await this.client.cluster.delete(this.blueprintRef(name), { propagationPolicy: 'Background' });
  }

  /** Reads a blueprint that must be there. */
  async blueprint(name = DEFAULT_NAME): Promise<Blueprint> {
    const found = await this.client.blueprint(this.namespace, name);
    if (found === undefined) throw new Error(`there is no blueprint ${name}`);
    return found;
  }

  /** The status of a blueprint; empty when it has none yet. */
  async status(name = DEFAULT_NAME): Promise<Status> {
    return (await this.blueprint(name)).status ?? {};
  }

  /** Waits until a condition of the present generation is as asked, and answers it. */
  async untilCondition(
    wanted: Partial<Pick<Condition, 'type' | 'status' | 'reason'>> & { says?: string | RegExp },
    name = DEFAULT_NAME,
  ): Promise<Condition> {
    const { says = '', ...fields } = wanted;
    const value = await waitFor(`${name} has ${JSON.stringify(wanted)} ${String(says)}`, async () => {
      const { metadata, status } = await this.blueprint(name);
      const found = (status?.conditions ?? []).find(
        (condition) =>
          condition.observedGeneration === metadata.generation &&
          Object.entries(fields).every(([field, value]) => condition[field as 'type'] === value) &&
          (typeof says === 'string' ? condition.message.includes(says) : says.test(condition.message)),
      );
      if (found === undefined) throw new Error(JSON.stringify(status?.conditions));
      return found;
    });
    return value;
  }

  /** Plays Flux until everything that the blueprint asks for is ready. */
  async bringUp(name = DEFAULT_NAME): Promise<Blueprint> {
    await waitFor(`${name} is ready`, async () => {
      const waiting = (await this.generated(name)).filter((object) => !isSettled(assessHealth(object).state));
      await this.markReady(...waiting.filter(({ metadata }) => metadata.deletionTimestamp === undefined));
      const { metadata, status } = await this.blueprint(name);
      const ready = status?.conditions?.find(({ type }) => type === 'Ready');
      if (ready?.status === 'True' && ready.observedGeneration === metadata.generation) return true;
      throw new Error(JSON.stringify(status?.conditions));
    });
    return this.blueprint(name);
  }

  /** Sets the Ready condition of generated objects as Flux would. */
  async markReady(...objects: KubeObject[]): Promise<void> {
    for (const object of objects) {
      await this.client.setReady(refOf(object), 'True');
    }
  }

  /** Everything that carries the labels of a blueprint, in every namespace, sorted by kind and name. */
  async generated(name = DEFAULT_NAME): Promise<KubeObject[]> {
    const kinds = [...GENERATED_KINDS, ...this.extraKinds];
    const served = kinds.filter(({ group, kind }) => this.client.discovery.find(group, kind));
    const lists = await Promise.all(served.map(({ group, kind }) => this.client.list(group, kind)));
    return lists
      .flat()
      .filter(({ metadata: { labels = {} } }) => {
        return labels[Label.Name] === name && labels[Label.Namespace] === this.namespace;
      })
      .sort((a, b) => (displayName(refOf(a)) < displayName(refOf(b)) ? -1 : 1));
  }

  /** {@link generated}, as `Kind/name`. */
  async generatedNames(name = DEFAULT_NAME): Promise<string[]> {
    return (await this.generated(name)).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  }

  /** Waits until exactly these objects, written as `Kind/name`, carry the labels of a blueprint. */
  async untilGenerated(wanted: readonly string[], name = DEFAULT_NAME): Promise<void> {
    const sorted = [...wanted].sort();
    await waitFor(`${name} has generated ${sorted.join(', ')}`, async () => {
      const found = (await this.generatedNames(name)).sort();
      if (found.join() === sorted.join()) return true;
      throw new Error(`found ${found.join(', ')}`);
    });
  }

  /** Names an object of a kind of Flux in this namespace. */
  ref(kind: string, name: string): ObjectRef {
    return { apiVersion: apiVersions.get(kind) ?? 'v1', kind, namespace: this.namespace, name };
  }

  /** Reads an object of a kind of Flux; undefined when it is not there. */
  find(kind: string, name: string): Promise<KubeObject | undefined> {
    return this.client.cluster.get(this.ref(kind, name));
  }

  /** Reads an object of a kind of Flux that must be there. */
  async get(kind: string, name: string): Promise<KubeObject> {
    const found = await this.find(kind, name);
    if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
    return found;
  }

  /** Waits until an object of a kind of Flux is there. */
  async untilThere(kind: string, name: string): Promise<KubeObject> {
    const value = await waitFor(`${kind} ${name} is there`, () => this.find(kind, name));
    return value;
  }

  /** Waits until an object of a kind of Flux is gone. */
  async untilGone(kind: string, name: string): Promise<void> {
    await waitFor(`${kind} ${name} is gone`, async () => (await this.find(kind, name)) === undefined);
  }

  /** Waits until a blueprint is gone. */
  async untilDeleted(name = DEFAULT_NAME): Promise<void> {
    await waitFor(`blueprint ${name} is gone`, async () => {
      const found = await this.client.blueprint(this.namespace, name);
      if (found === undefined) return true;
      throw new Error(JSON.stringify(found.status?.conditions));
    });
  }

  /**
   * Changes an object by a JSON merge patch, as `kubectl patch --type=merge` does, by another field manager than the
   * operator's.
   */
  async patch(ref: ObjectRef, body: object, fieldManager = 'somebody'): Promise<KubeObject> {
    const patched = await this.client.transport.request({
      method: 'PATCH',
      path: this.pathOf(ref),
      query: { fieldManager },
      contentType: 'application/merge-patch+json',
      body,
    });
    return patched as KubeObject;
  }

  /** The URL path of an object. */
  pathOf({ apiVersion, kind, namespace, name }: ObjectRef): string {
    const plural = this.client.discovery.find(splitApiVersion(apiVersion).group, kind)?.plural;
    if (plural === undefined) throw new Error(`${kind} is not served`);
    return toResourcePath({ apiVersion, plural, namespace, name });
  }

  /** Asks for a reconcile of a blueprint as `flux reconcile` does and waits until that reconcile is over. */
  async reconcileNow(name = DEFAULT_NAME): Promise<void> {
    const request = crypto.randomUUID();
    const annotations = { [RECONCILE_REQUEST]: request };
    await this.patch(this.blueprintRef(name), { metadata: { annotations } });
    await waitFor(`${name} was reconciled on request`, async () => {
      return (await this.status(name)).lastHandledReconcileAt === request;
    });
  }

  /** Names a blueprint of this namespace. */
  blueprintRef(name = DEFAULT_NAME): ObjectRef {
    return { apiVersion: API_VERSION, kind: KIND, namespace: this.namespace, name };
  }

  /** The events about a blueprint, oldest first. */
  async events(name = DEFAULT_NAME): Promise<BlueprintEvent[]> {
    const events = (await this.client.list('events.k8s.io', 'Event', this.namespace)) as unknown as (Omit<
      BlueprintEvent,
      'count'
    > & { regarding: { name: string }; eventTime: string; series?: { count: number } })[];
    return events
      .filter(({ regarding }) => regarding.name === name)
      .sort((a, b) => (a.eventTime < b.eventTime ? -1 : 1))
      .map(({ type, reason, note, series }) => ({ type, reason, note, count: series?.count ?? 1 }));
  }
}

/** The part of an event that tests check. */
export interface BlueprintEvent {
  type: 'Normal' | 'Warning';
  reason: string;
  note: string;
  /** How often it happened. */
  count: number;
}

/**
 * What of each object a write changes, by `Kind/namespace/name`: equal before and after where nothing was written.
 * A request to reconcile that was passed on does not count: tests make one to see that nothing else comes of it.
 */
export function versionsOf(objects: readonly KubeObject[]): Record<string, string> {
  return Object.fromEntries(objects.map((object) => [displayName(refOf(object)), versionOf(object)]));
}

function versionOf({ metadata, ...rest }: KubeObject): string {
  const { annotations = {}, managedFields = [], uid, labels, finalizers, deletionTimestamp } = metadata;
  const asked = Object.entries(annotations).filter(([name]) => name !== RECONCILE_REQUEST);
  const managers = managedFields.filter(({ manager }) => manager !== REQUEST_MANAGER);
  const content = JSON.stringify([rest, { uid, labels, finalizers, deletionTimestamp }, asked, managers]);
  return `generation ${metadata.generation ?? 0}, ${createHash('sha256').update(content).digest('hex')}`;
}

/** The uid and the generation of each object: equal where none was made anew and no spec was changed. */
export function identitiesOf(objects: readonly KubeObject[]): Record<string, string> {
  return Object.fromEntries(
    objects.map((object) => {
      const { uid = '', generation = 0 } = object.metadata;
      return [displayName(refOf(object)), `${uid} ${generation}`];
    }),
  );
}

/** The field managers of an object, sorted. */
export function managersOf(object: KubeObject): string[] {
  return (object.metadata.managedFields ?? []).map(({ manager = '' }) => manager).sort();
}
