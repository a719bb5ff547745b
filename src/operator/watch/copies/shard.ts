import { SHARD_KEY } from '../../../api/names.ts';
import type { KubeObject } from '../../../api/object.ts';

/** Which blueprints this operator reconciles. Several operators share a cluster if their shards do not overlap. */
export interface Shard {
  /** Only blueprints whose label {@link SHARD_KEY} has this value. Default: only those without the label. */
  shardKey?: string | undefined;
  /** Only blueprints of these namespaces, and what they generate there. Default, or if empty: all namespaces. */
  namespaces?: readonly string[] | undefined;
}

/** The label selector of a shard's blueprints, as Flux's controllers take theirs by `--watch-label-selector`. */
export function toLabelSelector({ shardKey }: Shard): string {
  return shardKey === undefined ? `!${SHARD_KEY}` : `${SHARD_KEY}=${shardKey}`;
}

/** Whether the labels of a blueprint put it into a shard. */
export function isSelected({ metadata }: KubeObject, { shardKey }: Shard): boolean {
  return metadata.labels?.[SHARD_KEY] === shardKey;
}

/** The namespaces to watch, each once; `undefined` stands for all of them. */
export function namespacesOf({ namespaces = [] }: Shard): readonly (string | undefined)[] {
  return namespaces.length === 0 ? [undefined] : [...new Set(namespaces)];
}
