import {
  AUTHOR,
  DIGEST_ANNOTATION,
  GROUP,
  IN_FORCE,
  KIND,
  REVISION,
  REVISION_KIND,
  REVISION_PLURAL,
  VERSION,
} from '../../api/names.ts';
import type { KubeObject, ObjectMeta, OwnerReference } from '../../api/object.ts';
import type { BlueprintKey } from '../../core/objects/ownership.ts';
import { equalJson } from '../../core/values/json.ts';
import type { ResourceType } from '../../ports/cluster.ts';
import type { Change } from '../../ports/reflector.ts';
import type { RevisionOutline } from '../context/dependencies.ts';
import { type StartWatch, LocalCopies } from './copies/local-copies.ts';

const REVISION_TYPE: ResourceType = {
  group: GROUP,
  version: VERSION,
  kind: REVISION_KIND,
  plural: REVISION_PLURAL,
  namespaced: true,
};

/**
 * Knows which revisions are stored, from their metadata alone: a snapshot is as large as a blueprint, and is read when
 * it is needed.
 */
export class RevisionWatch {
  readonly #copies: LocalCopies;
  readonly #wake: (blueprint: BlueprintKey) => void;
  readonly #expected = new Set<string>();

  /**
   * @param namespaces the namespaces of blueprints; `undefined` stands for all of them
   * @param wake called with a blueprint of which somebody else changed or deleted a revision
   */
  constructor(
    startWatch: StartWatch,
    namespaces: readonly (string | undefined)[],
    wake: (blueprint: BlueprintKey) => void,
  ) {
    this.#wake = wake;
    const target = {
      type: REVISION_TYPE,
      namespaces,
      metadataOnly: true,
      keep: outlineRevision,
      groupOf: ownerUid,
    };
    this.#copies = new LocalCopies(target, startWatch, (change) => {
      this.#onChange(change);
    });
  }

  /** Resolves when the copy is complete. */
  waitForSync(signal: AbortSignal): Promise<void> {
    return this.#copies.waitForSync(signal);
  }

  /** Resolves when the copy holds everything that was written before this call. */
  refresh(signal: AbortSignal): Promise<void> {
    return this.#copies.refresh(signal);
  }

  /** The revisions of the blueprint with this uid; undefined while they are not known. */
  list(namespace: string, uid: string | undefined): RevisionOutline[] | undefined {
    if (!this.#copies.synced || !this.#copies.covers(namespace)) return undefined;
    if (uid === undefined) return [];
    return [...this.#copies.list({ namespace, group: uid })].map(({ metadata }) => ({
      name: metadata.name,
      uid: metadata.uid,
      resourceVersion: metadata.resourceVersion,
      revision: Number(metadata.labels?.[REVISION] ?? NaN),
      digest: metadata.annotations?.[DIGEST_ANNOTATION] ?? '',
      inForce: metadata.annotations?.[IN_FORCE],
      author: metadata.annotations?.[AUTHOR],
    }));
  }

  /** Puts the answer to one of our own writes into the copy. */
  assume(object: KubeObject): void {
    this.#copies.assume(object);
  }

  /** Says that this process deletes a revision. */
  expectDeletion(uid: string): void {
    this.#expected.add(uid);
  }

  #onChange(change: Change): void {
    const { object } = change;
    // Our own writes make revisions, and change nothing but what the outline holds.
    const ours =
      change.type === 'Added' ||
      (change.type === 'Modified' && !equalJson(told(change.old), told(object))) ||
      (change.type === 'Deleted' && this.#expected.delete(object.metadata.uid ?? ''));
    const owner = ownerOf(object.metadata);
    if (!ours && owner !== undefined)
      this.#wake({ namespace: object.metadata.namespace ?? '', name: owner.name });
  }
}

/** What is held of a revision. */
function outlineRevision({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion } = metadata;
  const owner = ownerOf(metadata);
  const number = metadata.labels?.[REVISION];
  const kept = [AUTHOR, DIGEST_ANNOTATION, IN_FORCE].filter(
    (name) => metadata.annotations?.[name] !== undefined,
  );
  return {
    apiVersion,
    kind,
    metadata: {
      ...{ name, namespace, uid, resourceVersion },
      ...(owner === undefined ? {} : { ownerReferences: [owner] }),
      ...(number === undefined ? {} : { labels: { [REVISION]: number } }),
      ...(kept.length === 0
        ? {}
        : { annotations: Object.fromEntries(kept.map((name) => [name, metadata.annotations?.[name]])) }),
    },
  } as KubeObject;
}

/** What our own writes change in an outline. */
function told({ metadata: { labels, annotations } }: KubeObject): unknown {
  return [labels, annotations];
}

function ownerOf({ ownerReferences = [] }: ObjectMeta): OwnerReference | undefined {
  return ownerReferences.find(({ kind, controller }) => kind === KIND && controller === true);
}

function ownerUid({ metadata }: KubeObject): string | undefined {
  return ownerOf(metadata)?.uid;
}
