import type { KubeObject } from '../../api/object.ts';
import { findFormerApplier } from './take-over.ts';

/** Who applies an object beside its blueprint. */
export interface Parent {
  /** What it is, for people: `Kustomization`, `HelmRelease`, `ResourceSet`, `Helm release` or `field manager`. */
  kind: string;
  /** Empty where nobody says. */
  namespace: string;
  name: string;
}

/** Labels by which a parent marks what it applies, and the kind of the parent. */
const PARENTS = [
  ['kustomize.toolkit.fluxcd.io', 'Kustomization'],
  ['helm.toolkit.fluxcd.io', 'HelmRelease'],
  ['resourceset.fluxcd.controlplane.io', 'ResourceSet'],
] as const;

/**
 * Finds who applies an object beside its blueprint: the parent that its labels or annotations name, else a manager that
 * applies whole objects and owns some of its fields. Undefined where nobody does. What the manifest itself says does
 * not count.
 *
 * @param live the object, with at least the managers of its spec
 */
export function findParent(live: KubeObject, manifest: KubeObject): Parent | undefined {
  return readLabels(live, manifest) ?? readRelease(live) ?? findManager(live);
}

function readLabels({ metadata: { labels = {} } }: KubeObject, manifest: KubeObject): Parent | undefined {
  const wanted = manifest.metadata.labels ?? {};
  for (const [prefix, kind] of PARENTS) {
    const name = labels[`${prefix}/name`];
    if (name !== undefined && wanted[`${prefix}/name`] === undefined)
      return { kind, namespace: labels[`${prefix}/namespace`] ?? '', name };
  }
  return undefined;
}

function readRelease({ metadata: { annotations = {} } }: KubeObject): Parent | undefined {
  const name = annotations['meta.helm.sh/release-name'];
  const namespace = annotations['meta.helm.sh/release-namespace'] ?? '';
  return name === undefined ? undefined : { kind: 'Helm release', namespace, name };
}

function findManager(live: KubeObject): Parent | undefined {
  const manager = findFormerApplier(live);
  return manager === undefined ? undefined : { kind: 'field manager', namespace: '', name: manager };
}

/** Managers of programs that apply by themselves, again and again or at each release. */
const AUTOMATIC: ReadonlySet<string> = new Set([
  'kustomize-controller',
  'helm-controller',
  'helm',
  'Helm',
  'flux-operator',
]);

/** Whether a parent applies the object by itself, as opposed to a person who applied a file once. */
export function isAutomatic({ kind, name }: Parent): boolean {
  return kind !== 'field manager' || AUTOMATIC.has(name);
}

/** Whether a field manager is a program that applies by itself. */
export function isAutomaticManager(manager: string): boolean {
  return AUTOMATIC.has(manager);
}

/** Names a parent: `Kustomization flux-system/apps`. */
export function describeParent({ kind, namespace, name }: Parent): string {
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
}

/** What to do so that the blueprint alone applies an object, in words that follow a colon. */
export function remedyFor(parent: Parent): string {
  switch (parent.kind) {
    case 'Kustomization':
      return 'remove its file from the path of that Kustomization';
    case 'HelmRelease':
    case 'Helm release':
      return 'give it the annotation `helm.sh/resource-policy: keep` in the templates of that chart, release that, then remove its template';
    case 'ResourceSet':
      return 'remove it from the `resources` of that ResourceSet';
    default:
      return 'remove its file from what that manager applies';
  }
}
