/**
 * Whether a cluster is fit for the operator, as `fluxblueprint check` says it: the versions of Kubernetes and of what
 * serves kinds (`crds.ts`), the controllers and their flags (`controllers.ts`), and the rights of the operator
 * (`rights.ts`). Everything is pure, from what was read to findings. Begin here.
 */

/** One line of `check`. */
export interface Finding {
  /** Warnings leave the cluster fit. */
  state: 'good' | 'warning' | 'bad';
  /** In one sentence; where it is not good, it ends in what to do. */
  message: string;
}

/** Shorthands for {@link Finding}. */
export const good = (message: string): Finding => ({ state: 'good', message });
export const warning = (message: string): Finding => ({ state: 'warning', message });
export const bad = (message: string): Finding => ({ state: 'bad', message });

/** The oldest versions that the operator works with. */
export const LEAST_KUBERNETES = '1.30';
export const LEAST_FLUX = '2.6';

/** Compares two versions by their numbers: less than 0 if the first is older. Undefined if one of them has none. */
export function compareVersions(a: string, b: string): number | undefined {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  if (left === undefined || right === undefined) return undefined;
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): number[] | undefined {
  const [, numbers] = /^v?(\d{1,6}(?:\.\d{1,6}){0,2})(?![\d.])/.exec(version) ?? [];
  return numbers?.split('.').map(Number);
}

/** Whether the version of the API server is new enough. */
export function checkKubernetes(version: string): Finding {
  const difference = compareVersions(version, LEAST_KUBERNETES);
  if (difference === undefined)
    return warning(
      `Kubernetes says that it is ${JSON.stringify(version.slice(0, 64))}: see that it is at least ${LEAST_KUBERNETES}`,
    );
  if (difference < 0)
    return bad(`Kubernetes ${version} is too old: update it to ${LEAST_KUBERNETES} or newer`);
  return good(`Kubernetes ${version} >=${LEAST_KUBERNETES}`);
}
