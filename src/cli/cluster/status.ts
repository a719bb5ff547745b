import { objectId, refOf } from '../../api/object.ts';
import { compile } from '../../core/compile/compile.ts';
import { offlineContext } from '../../core/compile/model/context.ts';
import { treeOfStatus } from '../../core/inspect/status-tree.ts';
import type { Layout } from '../../core/text/layout.ts';
import { printTree } from '../../core/text/tree.ts';
import { joinFirst } from '../../core/values/suggest.ts';
import { findBlueprint } from '../session/find-blueprint.ts';
import type { Session } from '../session/session.ts';
import { readLive } from './read-live.ts';

/** `status NAME`: a blueprint as a tree, with what Flux deployed below it if asked for; with `--watch` until ^C. */
export async function showStatus(
  session: Session,
  name: string,
  { objects = false, watch = false }: { objects?: boolean; watch?: boolean },
): Promise<void> {
  if (watch) {
    await session.watch(async () => (await readStatus(session, name, objects)).show);
    return;
  }
  const { show, hidden } = await readStatus(session, name, objects);
  session.print(show(session.now(), session.layout));
  if (hidden.length > 0)
    session.say(
      'waiting',
      `as the blueprint tells it, without ages, because you may not list ${joinFirst(hidden, MAX_NAMED)}`,
    );
}

/** What is known of a blueprint, and the resources that may not be read. */
interface ReadStatus {
  show: (now: number, layout: Layout) => string;
  hidden: string[];
}

async function readStatus(session: Session, name: string, withDeployed: boolean): Promise<ReadStatus> {
  const blueprint = await findBlueprint(session, name);
  const { found, hidden } = await readLive(session, blueprint);
  // What the operator has no right to write, the status says.
  const compiled = compile(blueprint, { ...offlineContext(), ownRights: 'Cluster' });
  const input = {
    blueprint,
    live: new Map(found.map((object) => [objectId(refOf(object)), object])),
    desired: compiled.ok ? compiled.desired : undefined,
    withDeployed,
  };
  return { show: (now, layout) => printTree(treeOfStatus({ ...input, now }), layout), hidden };
}

/** The most kinds that a message names. */
const MAX_NAMED = 5;
