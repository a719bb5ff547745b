import { textAt } from '../values/json.ts';
import { type Entry, componentBlockOf } from './build/entry.ts';

/** The objects of a cluster. */
export interface ClusterEntries {
  name: string;
  /** The folder that the cluster begins with; undefined where nobody knows. */
  root: string | undefined;
  entries: readonly Entry[];
}

/** A namespace whose deployments run as an account of its own. */
export interface Tenant {
  namespace: string;
  account: string;
}

/** The objects of a cluster, or those of one of its tenants. */
export interface TenantEntries extends ClusterEntries {
  /** Undefined for what is of no tenant. */
  tenant: Tenant | undefined;
}

/**
 * Parts a cluster into its tenants and the rest, which comes first, where it has several, or one with several
 * components. `own` is the namespace that is nobody's.
 */
export function splitTenants(cluster: ClusterEntries, own: string): TenantEntries[] {
  const byNamespace = new Map<string, Entry[]>();
  for (const entry of cluster.entries)
    byNamespace.set(entry.namespace, [...(byNamespace.get(entry.namespace) ?? []), entry]);
  const tenants = [...byNamespace].flatMap(([namespace, entries]) => {
    const account = namespace === own || namespace === '' ? undefined : accountOf(entries);
    return account === undefined ? [] : [{ ...cluster, entries, tenant: { namespace, account } }];
  });
  // A single deployment by another account does not make tenants of a platform.
  const [first, ...others] = tenants;
  const isOne = others.length === 0 && (first?.entries.filter(isComponent).length ?? 0) < 2;
  if (isOne) return [{ ...cluster, tenant: undefined }];
  const taken = new Set(tenants.map(({ tenant }) => tenant.namespace));
  const rest = cluster.entries.filter(({ namespace }) => !taken.has(namespace));
  return [{ ...cluster, entries: rest, tenant: undefined }, ...tenants];
}

function isComponent(entry: Entry): boolean {
  return componentBlockOf(entry) !== undefined;
}

/**
 * The account of a tenant: the one that all components of its namespace name, of which a Kustomization takes what it
 * deploys from a source in the namespace, as `flux create tenant` has it. Undefined where that is not so.
 */
function accountOf(entries: readonly Entry[]): string | undefined {
  const components = entries.filter(isComponent);
  const accounts = new Set(components.map(({ spec }) => textAt(spec, ['serviceAccountName'])));
  const [account, ...others] = accounts;
  if (account === undefined || others.length > 0) return undefined;
  const sources = new Set(
    entries.filter(({ home }) => home.at === 'sources').map(({ kind, name }) => `${kind}/${name}`),
  );
  const isOnboarded = components.some(
    ({ kind, spec, namespace }) =>
      kind === 'Kustomization' &&
      (textAt(spec, ['sourceRef', 'namespace']) ?? namespace) === namespace &&
      sources.has(
        `${textAt(spec, ['sourceRef', 'kind']) ?? ''}/${textAt(spec, ['sourceRef', 'name']) ?? ''}`,
      ),
  );
  return isOnboarded ? account : undefined;
}
