/** The API groups that belong to Flux by their ending; the others are named in full. */
const FLUX_SUFFIX = '.toolkit.fluxcd.io';

/** The API groups of Flux's extensions, flux-operator and External Secrets. */
const OTHER_GROUPS: ReadonlySet<string> = new Set([
  'source.extensions.fluxcd.io',
  'fluxcd.controlplane.io',
  'external-secrets.io',
  'generators.external-secrets.io',
]);

/** Whether a component may be of any kind of an API group: those of Flux, flux-operator and External Secrets. */
export function isAllowedGroup(group: string): boolean {
  return group.endsWith(FLUX_SUFFIX) || OTHER_GROUPS.has(group);
}

/** The kinds of the core group that a blueprint generates. */
const CORE_KINDS: ReadonlySet<string> = new Set(['Namespace', 'ConfigMap']);

/** Whether a blueprint can have generated an object of a kind at all. */
export function canBeGenerated(group: string, kind: string): boolean {
  return group === '' ? CORE_KINDS.has(kind) : isAllowedGroup(group);
}
