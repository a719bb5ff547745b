import type { ApiRequest } from '../../src/kube/http/transport.ts';
import type { Client } from '../harness/api-server/environment.ts';
import { waitFor } from '../harness/wait-for.ts';

/** A verb on a resource, as RBAC names it: `patch fluxblueprints/status.fluxblueprint.io`. */
export interface Access {
  verb: string;
  group: string;
  /** The plural, with `/subresource` for one. */
  resource: string;
  /** Default: in all namespaces. */
  namespace?: string;
  /** Default: on objects of any name. */
  name?: string;
}

/** Every verb that RBAC knows for a resource, wherever it makes sense. */
const verbs = [
  ...['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
  ...['impersonate', 'bind', 'escalate', 'approve', 'sign', 'use'],
];

/** Resources that exist only for the verb `impersonate`; the API server does not serve them. */
const impersonated = [
  ...['users', 'groups', 'serviceaccounts'].map((resource) => ({ group: '', resource })),
  ...['uids', 'userextras/scopes'].map((resource) => ({ group: 'authentication.k8s.io', resource })),
];

/** An {@link Access} in words. */
export function describeAccess({ verb, group, resource }: Access): string {
  return group === '' ? `${verb} ${resource}` : `${verb} ${resource}.${group}`;
}

interface GroupDiscovery {
  metadata?: { name?: string };
  versions: { resources?: { resource: string; subresources?: { subresource: string }[] }[] }[];
}

/** Every verb on every resource and subresource that the API server serves, and on what can be impersonated. */
export async function listAllAccess({ transport }: Client): Promise<Access[]> {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const lists = await Promise.all(
    ['/api', '/apis'].map((path) => transport.request({ method: 'GET', path, accept })),
  );
  const resources = lists.flatMap(({ items }) => (items as GroupDiscovery[]).flatMap(listResources));
  const all = [...resources, ...impersonated].flatMap((resource) =>
    verbs.map((verb) => ({ verb, ...resource })),
  );
  return [...new Map(all.map((access) => [describeAccess(access), access])).values()];
}

function listResources({ metadata, versions }: GroupDiscovery): { group: string; resource: string }[] {
  const group = metadata?.name ?? '';
  return versions
    .flatMap(({ resources = [] }) => resources)
    .flatMap(({ resource, subresources = [] }) => [
      { group, resource },
      ...subresources.map(({ subresource }) => ({ group, resource: `${resource}/${subresource}` })),
    ]);
}

/** Asks the API server whether a ServiceAccount may do something. */
export async function mayAccess(
  { transport }: Client,
  account: { namespace: string; name: string },
  { verb, group, resource: path, namespace = '', name = '' }: Access,
): Promise<boolean> {
  const [resource, subresource = ''] = path.split('/');
  const { status } = await transport.request(
    toReview(account, { resourceAttributes: { verb, group, resource, subresource, namespace, name } }),
  );
  return (status as { allowed: boolean }).allowed;
}

/** Waits until a granted right is in force: the authorizer sees a new binding a moment after it is stored. */
export async function untilGranted(
  client: Client,
  account: { namespace: string; name: string },
  access: Access,
): Promise<void> {
  await waitFor(`${account.name} may ${describeAccess(access)}`, () => mayAccess(client, account, access));
}

function toReview({ namespace, name }: { namespace: string; name: string }, asked: object): ApiRequest {
  const spec = {
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    ...asked,
  };
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec };
  return { method: 'POST', path: '/apis/authorization.k8s.io/v1/subjectaccessreviews', body };
}
