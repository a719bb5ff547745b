import { SHARD_KEY } from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';

/** Which blueprints this operator works on; several operators share a cluster by scopes that do not overlap. */
export interface Scope {
  /** Only blueprints whose label {@link SHARD_KEY} has this value. Without it, those that do not carry the label. */
  shardKey?: string | undefined;
  /** Only blueprints of these namespaces, and what they generate there. Default, or none: all namespaces. */
  namespaces?: readonly string[] | undefined;
}

/** The label selector of a scope's blueprints, as Flux's controllers are given theirs by `--watch-label-selector`. */
export function toLabelSelector({ shardKey }: Scope): string {
  return shardKey === undefined ? `!${SHARD_KEY}` : `${SHARD_KEY}=${shardKey}`;
}

/** Whether the labels of a blueprint put it into a scope. */
export function isSelected({ metadata }: KubeObject, { shardKey }: Scope): boolean {
  return metadata.labels?.[SHARD_KEY] === shardKey;
}

/** The namespaces to watch, each once; `undefined` stands for all of them. */
export function namespacesOf({ namespaces = [] }: Scope): readonly (string | undefined)[] {
  return namespaces.length === 0 ? [undefined] : [...new Set(namespaces)];
}
