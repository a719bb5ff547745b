import { createHash } from 'node:crypto';
import type { KubeObject } from '../../api/object.ts';
import type { DesiredObject, DesiredState } from '../../core/objects/desired.ts';

/** A manifest, its digest, and its bytes as JSON. */
export interface Digested {
  manifest: KubeObject;
  digest: string;
  bytes: number;
}

/** A desired object with the digest and the bytes of its manifest. */
export type DigestedObject = Omit<Digested, 'manifest'> & { object: DesiredObject };

/** A blueprint that compiled, with the digests of what it asks for. */
export interface Compilation {
  ok: true;
  desired: DesiredState;
  /** The digest of all manifests together. */
  digest: string;
  /** Each manifest with its digest, by the id of the object. */
  digests: ReadonlyMap<string, Digested>;
}

/** Digests a manifest: SHA-256 of it as JSON, as `sha256:<hex>`. Compiled manifests have their keys sorted already. */
export function digestManifest(manifest: KubeObject): Omit<Digested, 'manifest'> {
  const text = JSON.stringify(manifest);
  return { digest: digestOf(text), bytes: text.length };
}

/**
 * What a blueprint compiled to. A manifest that did not change is kept as the same object: what is memoized for it, such
 * as that the live object equals it, then holds for the 499 of 500 objects that a change leaves alone.
 */
export function completeCompilation(
  objects: readonly DigestedObject[],
  environments: DesiredState['environments'],
  before: ReadonlyMap<string, Digested>,
): Compilation {
  const digests = new Map<string, Digested>();
  const kept = objects.map(({ object, digest, bytes }) => {
    const known = before.get(object.id);
    const manifest = known?.digest === digest ? known.manifest : object.manifest;
    digests.set(object.id, { manifest, digest, bytes });
    return { ...object, manifest };
  });
  const pairs = [...digests].map(([id, { digest }]) => [id, digest] as const);
  const digest = digestOf(JSON.stringify(pairs.sort(([a], [b]) => (a < b ? -1 : 1))));
  return { ok: true, desired: { objects: kept, environments }, digest, digests };
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
