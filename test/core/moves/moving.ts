import { displayName, type KubeObject } from '../../../src/api/object.ts';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import { API_VERSION, KIND } from '../../../src/api/names.ts';
import { compile } from '../../../src/core/compile/compile.ts';
import { type CompileContext, offlineContext } from '../../../src/core/compile/model/context.ts';
import { findMoves } from '../../../src/core/moves/find-moves.ts';
import { type Leaving, type Move, isMovable } from '../../../src/core/moves/move.ts';
import { listStated } from '../../../src/core/moves/stated.ts';
import type { DesiredObject } from '../../../src/core/objects/desired.ts';
import { trackDesired } from '../../../src/core/objects/inventory.ts';
import { deploymentOf } from '../../../src/core/releases/deployment.ts';
import { gitSource } from '../../harness/blueprint/blueprints.ts';

/** A blueprint in the namespace `fleet` with a Git source and a Helm repository. */
export function spec(parts: object): KubeObject {
  const sources = [gitSource(), { name: 'charts', helm: { url: 'https://charts.example.com' } }];
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name: 'platform', namespace: 'fleet' },
    spec: { serviceAccountName: 'deployer', sources, ...parts },
  };
}

/** What a blueprint asks for. It must compile. */
export function compiled(
  blueprint: KubeObject,
  movedReleases: CompileContext['movedReleases'] = new Map(),
): readonly DesiredObject[] {
  const result = compile(blueprint, { ...offlineContext(), movedReleases });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.desired.objects;
}

/** What of one blueprint goes by another one, as it was applied. */
export function leavingOf(before: readonly DesiredObject[], after: readonly DesiredObject[]): Leaving[] {
  const wanted = new Set(after.map(({ id }) => id));
  return before
    .filter(({ id, ref }) => !wanted.has(id) && isMovable(ref))
    .map((object) => ({ tracked: trackDesired(object), live: object.manifest }));
}

/** The moves from one blueprint to another one. */
export function findBetween(
  before: KubeObject,
  after: KubeObject,
  movedReleases: CompileContext['movedReleases'] = new Map(),
): { leaving: Leaving[]; moves: Move[] } {
  const [old, wanted] = [compiled(before), compiled(after, movedReleases)];
  const leaving = leavingOf(old, wanted);
  const { spec: stated } = after as unknown as Blueprint;
  const present = new Map(wanted.map((object) => [object.id, object.manifest]));
  const staying = old
    .filter(({ id, manifest }) => {
      const now = present.get(id);
      return now !== undefined && deploymentOf(now)?.key !== deploymentOf(manifest)?.key;
    })
    .map((object) => ({ tracked: trackDesired(object), live: object.manifest }));
  const moves = findMoves({
    leaving,
    staying,
    desired: wanted,
    stated: listStated(stated),
    environments: stated.environments ?? [],
    liveSource: ({ kind, name, namespace }) =>
      old.find(({ ref }) => ref.kind === kind && ref.name === name && ref.namespace === namespace)?.manifest,
    exists: ({ id }) => old.some((one) => one.id === id),
  });
  return { leaving, moves };
}

/** {@link findBetween} in words. */
export function move(
  before: KubeObject,
  after: KubeObject,
  movedReleases: CompileContext['movedReleases'] = new Map(),
): string[] {
  return findBetween(before, after, movedReleases)
    .moves.map(({ live, to: { ref }, unsafe }) => {
      const { kind, metadata } = live;
      const from = displayName({ kind, namespace: metadata.namespace ?? '', name: metadata.name });
      return `${from} → ${ref.namespace ?? ''}/${ref.name}${unsafe === undefined ? '' : ` (${unsafe})`}`;
    })
    .sort();
}

/** How many go, and how many of these move. */
export function findLeft(before: KubeObject, after: KubeObject): { leaving: number; moves: number } {
  const { leaving, moves } = findBetween(before, after);
  return { leaving: leaving.length, moves: moves.length };
}
