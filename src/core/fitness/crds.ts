import { GROUP, PLURAL, REVISION_PLURAL, VERSION } from '../../api/names.ts';
import type { Json, KubeObject } from '../../api/object.ts';
import { FLUX_SCHEMAS } from '../kinds/flux-schemas.generated.ts';
import { textAt, valueAt } from '../values/json.ts';
import { type Finding, LEAST_FLUX, bad, compareVersions, good, warning } from './finding.ts';

/** A kind that the operator works with. */
export interface NeededKind {
  /** The name of its CRD: `kustomizations.kustomize.toolkit.fluxcd.io`. */
  name: string;
  /** The version that it has to serve. */
  version: string;
  /** What brings it, as the end of a sentence: `install Flux`. */
  remedy: string;
  /** Whether a cluster is fit without it: only those blueprints need it that use it. */
  optional?: boolean;
}

/** What of a CRD the check looks at: its whole schema may be large. */
export interface Crd {
  name: string;
  served: readonly string[];
  isEstablished: boolean;
  /** The version of what installed it; undefined where it does not say so. */
  installed: string | undefined;
}

/** Reads a CRD. It may be anything. */
export function outlineCrd({ metadata, spec, status }: KubeObject): Crd {
  const versions = listAt(spec, 'versions').filter((version) => valueAt(version, ['served']) === true);
  return {
    name: metadata.name,
    served: versions.flatMap((version) => textAt(version, ['name']) ?? []),
    isEstablished: listAt(status, 'conditions').some(
      (condition) =>
        textAt(condition, ['type']) === 'Established' && textAt(condition, ['status']) === 'True',
    ),
    installed: metadata.labels?.[VERSION_LABEL],
  };
}

/** The label of everything that is installed, with the version of what installed it. */
export const VERSION_LABEL = 'app.kubernetes.io/version';

function listAt(value: unknown, field: string): Json[] {
  const list = valueAt(value, [field]);
  return Array.isArray(list) ? list : [];
}

/** Whether the cluster serves a kind as the operator needs it. */
export function checkCrd(
  { name, version, remedy, optional = false }: NeededKind,
  crd: Crd | undefined,
): Finding {
  if (crd === undefined)
    return optional
      ? warning(`${name} is not there: blueprints that use it wait until it is; ${remedy}`)
      : bad(`${name} is not there: ${remedy}`);
  if (!crd.isEstablished)
    return bad(`${name} is not served yet: see its conditions by kubectl get crd ${name} -o yaml`);
  if (crd.served.includes(version)) return good(`${name}/${version}`);
  const served = crd.served.length === 0 ? 'no version' : crd.served.join(', ');
  return bad(`${name} is served as ${served}, and not as ${version}: ${remedy}`);
}

/** Whether our CRDs are of the program's version: a CRD of another one may lack fields, or have more. */
export function checkInstalledVersion(installed: string | undefined, program: string): Finding | undefined {
  if (installed === undefined || installed === program) return undefined;
  const difference = compareVersions(installed, program);
  const what = `FluxBlueprint ${installed} is installed, and this program is ${program}`;
  return warning(
    difference !== undefined && difference > 0
      ? `${what}: take the program of that version`
      : `${what}: bring the cluster up to it by fluxblueprint install`,
  );
}

/** Kinds of Flux that the operator does not write. */
const UNUSED: ReadonlySet<string> = new Set([
  'ImagePolicy',
  'ImageRepository',
  'ImageUpdateAutomation',
  'ExternalArtifact',
]);

/** The CRDs of others that the operator works with: those of Flux, by their schemas, and External Secrets. */
export function neededKinds(): NeededKind[] {
  const flux = Object.entries(FLUX_SCHEMAS).flatMap(([key, { version }]) => {
    const [group = '', kind = ''] = key.split('/');
    const remedy = `install or update Flux to ${LEAST_FLUX} or newer`;
    return UNUSED.has(kind) ? [] : [{ name: `${pluralOf(kind)}.${group}`, version, remedy }];
  });
  const remedy = 'install External Secrets where one does';
  return [...flux, { name: 'externalsecrets.external-secrets.io', version: 'v1', remedy, optional: true }];
}

function pluralOf(kind: string): string {
  return `${kind.toLowerCase()}s`.replace(/ys$/, 'ies');
}

/** Our CRDs. */
export function ownKinds(): NeededKind[] {
  return [PLURAL, REVISION_PLURAL].map((plural) => ({
    name: `${plural}.${GROUP}`,
    version: VERSION,
    remedy: 'install the operator by fluxblueprint install',
  }));
}
