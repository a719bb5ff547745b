import { API_VERSION, REVISION_KIND } from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';
import type { Revision } from '../../api/schema/revision/revision.ts';
import { outlineRevision, tableOfRevisions } from '../../core/inspect/revision-table.ts';
import { printTable } from '../../core/text/table.ts';
import { textAt } from '../../core/values/json.ts';
import { findBlueprint } from '../session/find-blueprint.ts';
import type { Output } from '../session/flags.ts';
import { printObjects } from '../session/print-objects.ts';
import type { Session } from '../session/session.ts';

const REVISIONS = { apiVersion: API_VERSION, kind: REVISION_KIND } as const;

/** `history NAME`: the stored revisions of a blueprint. */
export async function showHistory(
  session: Session,
  name: string,
  { output }: { output: Output },
): Promise<void> {
  const blueprint = await findBlueprint(session, name);
  const { namespace, access } = session;
  const isOwn = (object: KubeObject): boolean => textAt(object, ['spec', 'blueprint']) === name;
  if (output !== 'text' && output !== 'wide') {
    const found = await access.list(REVISIONS, { namespace }, (object) =>
      isOwn(object) ? object : undefined,
    );
    session.print(printObjects(found, output));
    return;
  }
  const revisions = await access.list(REVISIONS, { namespace }, (object) =>
    isOwn(object) ? outlineRevision(object as unknown as Revision) : undefined,
  );
  const table = tableOfRevisions(revisions, blueprint, { now: session.now(), wide: output === 'wide' });
  session.print(printTable(table, session.layout));
  if (revisions.length > 0) return;
  const then = `see its state: fluxblueprint get ${name} -n ${namespace} -o wide`;
  session.say('waiting', `no revision of FluxBlueprint ${name} is stored; ${then}`);
}
