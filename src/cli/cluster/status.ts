import { type KubeObject, objectId, refOf } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import { compile } from '../../core/compile/compile.ts';
import { offlineContext } from '../../core/compile/model/context.ts';
import { listPlaces, selectGenerated } from '../../core/inspect/reconcile-targets.ts';
import { treeOfStatus } from '../../core/inspect/status-tree.ts';
import { printTree } from '../../core/text/tree.ts';
import { joinFirst } from '../../core/values/suggest.ts';
import { AccessError } from '../session/access.ts';
import { findBlueprint } from '../session/find-blueprint.ts';
import type { Session } from '../session/session.ts';

/** `status NAME`: a blueprint as a tree, with what Flux deployed below it if asked for. */
export async function showStatus(
  session: Session,
  name: string,
  { objects = false }: { objects?: boolean },
): Promise<void> {
  const blueprint = await findBlueprint(session, name);
  const { found, hidden } = await readLive(session, blueprint);
  // What the operator has no right to write, the status says.
  const compiled = compile(blueprint, { ...offlineContext(), ownRights: 'Cluster' });
  const tree = treeOfStatus({
    blueprint,
    live: new Map(found.map((object) => [objectId(refOf(object)), object])),
    desired: compiled.ok ? compiled.desired : undefined,
    withDeployed: objects,
    now: session.now(),
  });
  session.print(printTree(tree, session.layout));
  if (hidden.length > 0)
    session.say(
      'waiting',
      `as the blueprint tells it, without ages, because you may not list ${joinFirst(hidden, MAX_NAMED)}`,
    );
}

/** The most kinds that a message names. */
const MAX_NAMED = 5;

/** What of the generated objects may be read, and the resources that may not. */
async function readLive(
  { access }: Session,
  blueprint: Blueprint,
): Promise<{ found: KubeObject[]; hidden: string[] }> {
  const { namespace = '', name } = blueprint.metadata;
  const labels = selectGenerated({ namespace, name });
  const hidden = new Set<string>();
  const lists = await Promise.all(
    listPlaces(blueprint).map(async (place) => {
      try {
        return await access.list(place, { namespace: place.namespace, labels }, (object) => object);
      } catch (failure) {
        if (!(failure instanceof AccessError) || !SKIPPED.has(failure.reason)) throw failure;
        hidden.add(failure.attempt.resource);
        return [];
      }
    }),
  );
  return { found: lists.flat(), hidden: [...hidden] };
}

/** Why a kind may be left out of the tree: what the blueprint tells of it is shown then. */
const SKIPPED: ReadonlySet<string> = new Set(['Forbidden', 'NoKindMatch']);
