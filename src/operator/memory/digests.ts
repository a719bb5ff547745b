import type { KubeObject } from '../../api/object.ts';
import type { DesiredObject, DesiredState } from '../../core/objects/desired.ts';
import { memoize } from '../../core/values/memoize.ts';
import { digestText } from '../bounds/digest-text.ts';

/** A manifest and its digest. */
export interface Digested {
  manifest: KubeObject;
  digest: string;
}

/** A desired object with the digest of its manifest. */
export interface DigestedObject {
  object: DesiredObject;
  digest: string;
}

/** A blueprint that compiled, with the digests of what it asks for. */
export interface Compilation {
  ok: true;
  desired: DesiredState;
  /** The digest of all manifests together. */
  digest: string;
  /** Each manifest with its digest, by the id of the object. */
  digests: ReadonlyMap<string, Digested>;
}

/** The digest of a manifest, and its length as JSON. Compiled manifests have their keys sorted already. */
export const digestManifest = memoize((manifest: KubeObject): { digest: string; length: number } => {
  const text = JSON.stringify(manifest);
  return { digest: digestText(text), length: text.length };
});

/**
 * What a blueprint compiled to. A manifest that did not change is kept as the same object: what is memoized for it,
 * such as that the live object equals it, then holds for the 499 of 500 objects that a change leaves alone.
 */
export function completeCompilation(
  objects: readonly DigestedObject[],
  environments: DesiredState['environments'],
  before: ReadonlyMap<string, Digested>,
): Compilation {
  const digests = new Map<string, Digested>();
  const kept = objects.map(({ object, digest }) => {
    const known = before.get(object.id);
    const manifest = known?.digest === digest ? known.manifest : object.manifest;
    digests.set(object.id, { manifest, digest });
    return { ...object, manifest };
  });
  const pairs = [...digests].map(([id, { digest }]) => [id, digest] as const);
  const digest = digestText(JSON.stringify(pairs.sort(([a], [b]) => (a < b ? -1 : 1))));
  return { ok: true, desired: { objects: kept, environments }, digest, digests };
}
