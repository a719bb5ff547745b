import type { KubeObject } from '../../../src/api/object.ts';
import type { Tenant } from './tenant.ts';

/** The labels by which kustomize-controller marks what the Kustomization `flux-system/root` applies. */
export const ROOT_LABELS = {
  'kustomize.toolkit.fluxcd.io/name': 'root',
  'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
};

/** A program that applied objects before a blueprint did. */
export interface FormerApplier {
  /** Its field manager. */
  manager: string;
  /** Makes the object, or applies it again, as that program does. */
  apply(tenant: Tenant, object: KubeObject): Promise<KubeObject>;
}

/** Writes by server-side apply, with labels and annotations of its own. */
function serverSide(
  manager: string,
  labels: Record<string, string> = {},
  annotations: Record<string, string> = {},
): FormerApplier {
  return {
    manager,
    apply: (tenant, object) => tenant.client.apply(withMarks(object, labels, annotations), manager),
  };
}

/** Creates the object, and merges into it what it says later, as clients did before server-side apply. */
function clientSide(
  manager: string,
  annotate: (object: KubeObject) => Record<string, string>,
): FormerApplier {
  return {
    manager,
    apply: async (tenant, object) => {
      const marked = withMarks(object, {}, annotate(object));
      const { kind, metadata } = object;
      const present = await tenant.find(kind, metadata.name);
      if (present !== undefined) return tenant.patch(tenant.ref(kind, metadata.name), marked, manager);
      return tenant.client.cluster.create(marked, { fieldManager: manager });
    },
  };
}

function withMarks(
  object: KubeObject,
  labels: Record<string, string>,
  annotations: Record<string, string>,
): KubeObject {
  const { metadata } = object;
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, ...labels },
      annotations: { ...metadata.annotations, ...annotations },
    },
  };
}

/** As kustomize-controller applies what its Kustomization `flux-system/root` deploys. */
export const kustomizeController = serverSide('kustomize-controller', ROOT_LABELS);

/** Every former applier that a blueprint takes objects over from, by what it is for people. */
export const FORMER_APPLIERS: Readonly<Record<string, FormerApplier>> = {
  'kubectl apply': clientSide('kubectl-client-side-apply', (object) => ({
    'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object),
  })),
  'kubectl apply --server-side': serverSide('kubectl'),
  'kubectl create': clientSide('kubectl-create', () => ({})),
  'kustomize-controller': kustomizeController,
  'helm-controller': serverSide(
    'helm-controller',
    { 'helm.toolkit.fluxcd.io/name': 'umbrella', 'helm.toolkit.fluxcd.io/namespace': 'flux-system' },
    { 'meta.helm.sh/release-name': 'umbrella', 'meta.helm.sh/release-namespace': 'flux-system' },
  ),
  helm: clientSide('helm', () => ({
    'meta.helm.sh/release-name': 'umbrella',
    'meta.helm.sh/release-namespace': 'flux-system',
  })),
  'flux create': clientSide('flux', () => ({})),
  'flux bootstrap': serverSide('flux', ROOT_LABELS),
  'flux-operator': serverSide('flux-operator', {
    'fluxcd.controlplane.io/name': 'flux',
    'fluxcd.controlplane.io/namespace': 'flux-system',
  }),
  'somebody before server-side apply': clientSide('before-first-apply', () => ({})),
};
