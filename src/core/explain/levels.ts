import { joinPath, splitPath } from '../values/path.ts';
import { textAt, valueAt } from '../values/json.ts';
import type { Locate } from '../validation/problem.ts';
import type { Cause } from './cause.ts';

const ENVIRONMENT = /^spec\.environments\[(\d+)\]/;

/** The name of the environment that a path of the blueprint lies in; undefined where it lies in none. */
export function environmentAt(blueprint: unknown, path: string): string | undefined {
  const index = ENVIRONMENT.exec(path)?.[1];
  return index === undefined ? undefined : textAt(blueprint, ['spec', 'environments', Number(index), 'name']);
}

/** Says at which level something is written: `written here`, `default of the blueprint`, … */
export function levelOf(blueprint: unknown, path: string): string {
  const environment = environmentAt(blueprint, path);
  const below = path.replace(ENVIRONMENT, 'spec');
  const layer = /^(spec\.layers\[\d+\])\.defaults\b/.exec(below)?.[1];
  const level = levelBelow(below, layer === undefined ? undefined : nameAt(blueprint, path));
  if (environment === undefined) return level;
  return level === WRITTEN
    ? `overlay of environment ${environment}`
    : `${level} in environment ${environment}`;
}

const WRITTEN = 'written for it';

/** The levels that are not of one item, by how their paths begin. */
const LEVELS: readonly (readonly [RegExp, string])[] = [
  [/^spec\.defaults\b/, 'default of the blueprint'],
  [/^spec\.commonMetadata\b/, 'metadata of all objects'],
  [/^spec\.variables\b/, 'variables of the blueprint'],
  [/^spec\.serviceAccountName\b/, 'account of the blueprint'],
  [/^spec\.secrets\.sops\b/, 'decryption of the blueprint'],
  [/^spec\.(?:kubeConfig|suspend\w*)\b/, 'holds for all objects'],
  [/^metadata\b/, 'the blueprint itself'],
];

function levelBelow(path: string, layer: string | undefined): string {
  if (/^spec\.layers\[\d+\]\.defaults\b/.test(path))
    return layer === undefined ? 'default of its layer' : `default of layer ${layer}`;
  return LEVELS.find(([pattern]) => pattern.test(path))?.[1] ?? WRITTEN;
}

/** The name of the item of a list that a path of `….layers[i].defaults` lies in. */
function nameAt(blueprint: unknown, path: string): string | undefined {
  const item = /^.*?layers\[\d+\]/.exec(path)?.[0];
  return item === undefined ? undefined : textAt(blueprint, [...splitPath(item), 'name']);
}

/** Whether the blueprint holds something at a path. */
export function isWritten(blueprint: unknown, path: string): boolean {
  const steps = splitPath(path);
  return steps.length > 0 && valueAt(blueprint, steps) !== undefined;
}

/** What is written at a path of the blueprint, at its level. */
export function writtenAt(blueprint: unknown, path: string): Cause {
  return { by: 'blueprint', path, why: levelOf(blueprint, path) };
}

/**
 * The path of what an environment's overlay hides: that of the blueprint itself, for the same path of the scope.
 * Undefined where the path is none of an environment, or nothing is hidden.
 */
export function hiddenBy(blueprint: unknown, scoped: string, locate: Locate): string | undefined {
  if (!ENVIRONMENT.test(locate(scoped))) return undefined;
  const steps = splitPath(scoped);
  for (let end = steps.length - 1; end > 0; end--) {
    const located = locate(joinPath('', steps.slice(0, end)));
    if (ENVIRONMENT.test(located)) continue;
    const path = joinPath(located, steps.slice(end));
    return isWritten(blueprint, path) ? path : undefined;
  }
  return undefined;
}
