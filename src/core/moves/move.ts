/**
 * Moves: a Kustomization or HelmRelease goes and another one comes that deploys the same, and nothing that is deployed
 * may be deleted or made anew on the way. `find-moves.ts` pairs what goes with what comes, by what `signatures.ts` says
 * of both or by what the blueprint states (`stated.ts`); `unsafe.ts` says which pairs cannot be moved; `phases.ts` says
 * how far one came, from nothing but the two live objects. Everything is pure. Begin with `findMoves`.
 */
import type { KubeObject } from '../../api/object.ts';
import { helmRelease } from '../kinds/helm-release.ts';
import { isOfKind } from '../kinds/kind.ts';
import { kustomization } from '../kinds/kustomization.ts';
import type { DesiredObject } from '../objects/desired.ts';
import type { Tracked } from '../objects/inventory.ts';

/** A Kustomization or HelmRelease that the blueprint generated and wants no more, or not as it is. */
export interface Leaving {
  tracked: Tracked;
  /** The whole object, as it is in the cluster. */
  live: KubeObject;
}

/** What goes, and what takes its place. */
export interface Move extends Leaving {
  to: DesiredObject;
  /**
   * Whether the object itself stays and is to deploy something else, as where `b` becomes `c` and `a` becomes `b`. It
   * is changed only when the other has taken over what it deployed; otherwise Flux would prune that.
   */
  stays: boolean;
  /** Why it cannot be moved, in words that follow the name of what goes; undefined where it can. */
  unsafe: string | undefined;
}

/** Whether objects of a kind deploy others, and so can move. */
export function isMovable(of: { apiVersion: string; kind: string }): boolean {
  return isOfKind(of, kustomization) || isOfKind(of, helmRelease);
}
