import { API_VERSION, REVISION_KIND, REVISION_PLURAL } from '../../src/api/names.ts';
import type { KubeObject } from '../../src/api/object.ts';
import type { Approval } from '../../src/api/schema/revision/approval.ts';
import { createNamespace, type Client } from '../harness/api-server/environment.ts';
import { waitFor } from '../harness/wait-for.ts';
import { applyAll } from './cluster.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** The user that the operator is. */
export const OPERATOR = 'system:serviceaccount:fluxblueprint-system:fluxblueprint-controller';

/** The ways to change an object, by the content type of the request. */
const WAYS = {
  apply: 'application/apply-patch+yaml',
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
} as const;

/** Who writes to which revision. */
export interface Writer {
  /** The user; undefined for the cluster admin. */
  as: string | undefined;
  /** The revision. */
  name: string;
  subresource?: 'status';
  /** Default: the name of the user. */
  fieldManager?: string;
}

/** The revisions of one namespace, as different users write them. */
export class Revisions {
  readonly namespace: string;
  readonly #admin: Client;
  readonly #collection: string;

  private constructor(admin: Client, namespace: string) {
    this.#admin = admin;
    this.namespace = namespace;
    this.#collection = `/apis/${API_VERSION}/namespaces/${namespace}/${REVISION_PLURAL}`;
  }

  /** Makes a namespace, and users who have these ClusterRoles in it. */
  static async open(admin: Client, roles: Readonly<Record<string, string>>): Promise<Revisions> {
    const revisions = new Revisions(admin, await createNamespace(admin));
    const { namespace } = revisions;
    for (const [user, role] of Object.entries(roles)) {
      await applyAll(admin, [
        {
          apiVersion: `${RBAC}/v1`,
          kind: 'RoleBinding',
          metadata: { namespace, name: user },
          roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
          subjects: [{ apiGroup: RBAC, kind: 'User', name: user }],
        },
      ]);
      await waitFor(`${user} may read revisions`, () => revisions.#list(user).then(Boolean, () => false));
    }
    return revisions;
  }

  #list(as: string): Promise<object> {
    return this.#admin.transport.request({ method: 'GET', path: this.#collection, as });
  }

  /** A revision, as the operator makes it. */
  build(name: string, annotations: Readonly<Record<string, string>> = {}): KubeObject {
    const spec = {
      blueprint: 'shop',
      revision: 1,
      digest: `sha256:${'a'.repeat(64)}`,
      snapshot: { layers: [] },
    };
    const { namespace } = this;
    return { apiVersion: API_VERSION, kind: REVISION_KIND, metadata: { name, namespace, annotations }, spec };
  }

  /** Creates a revision. */
  create(as: string, revision: KubeObject): Promise<unknown> {
    const path = this.#collection;
    return this.#admin.transport.request({ method: 'POST', path, body: revision, as });
  }

  /** Patches a revision. */
  patch(writer: Writer, way: keyof typeof WAYS, body: unknown): Promise<unknown> {
    const { as, fieldManager = as ?? 'admin' } = writer;
    return this.#admin.transport.request({
      method: 'PATCH',
      path: this.#pathOf(writer),
      query: { fieldManager, force: way === 'apply' ? true : undefined },
      contentType: WAYS[way],
      body,
      as,
    });
  }

  /** Replaces a revision by what `change` makes of the live one. */
  async replace(writer: Writer, change: (live: KubeObject) => object): Promise<unknown> {
    const body = change(await this.get(writer.name));
    const { as, fieldManager = as ?? 'admin' } = writer;
    const path = this.#pathOf(writer);
    return this.#admin.transport.request({ method: 'PUT', path, query: { fieldManager }, body, as });
  }

  /** Approves by an apply of one entry, which is to be the usual way. */
  approve(writer: Writer, approval: object): Promise<unknown> {
    const { apiVersion, kind, metadata } = this.build(writer.name);
    const body = { apiVersion, kind, metadata: { name: metadata.name }, status: { approvals: [approval] } };
    return this.patch({ ...writer, subresource: 'status' }, 'apply', body);
  }

  /** Reads a revision. */
  async get(name: string): Promise<KubeObject> {
    const path = `${this.#collection}/${name}`;
    return (await this.#admin.transport.request({ method: 'GET', path })) as unknown as KubeObject;
  }

  /** The approvals of a revision. */
  async approvals(name: string): Promise<Approval[]> {
    const { status } = (await this.get(name)) as KubeObject & { status?: { approvals?: Approval[] } };
    return status?.approvals ?? [];
  }

  /** Deletes a revision. */
  delete(as: string, name: string): Promise<unknown> {
    return this.#admin.transport.request({ method: 'DELETE', path: this.#pathOf({ as, name }), as });
  }

  #pathOf({ name, subresource }: Writer): string {
    return `${this.#collection}/${name}${subresource === undefined ? '' : `/${subresource}`}`;
  }
}

/** The time as a text of RFC 3339, so many minutes from now. */
export function timeIn(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000).toISOString();
}

/** An approval that somebody gives now. */
export function approvalBy(by: string, environment = 'production', fields: object = {}): Approval {
  return { environment, plan: `sha256:${'b'.repeat(64)}`, by, at: timeIn(0), ...fields };
}
