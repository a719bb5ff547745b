import type { KubeObject } from '../../api/object.ts';
import { type ListedBlueprint, tableOfBlueprints } from '../../core/inspect/blueprint-table.ts';
import { printTable } from '../../core/text/table.ts';
import { BLUEPRINTS, findBlueprint } from '../session/find-blueprint.ts';
import type { Output } from '../session/flags.ts';
import { printObjects } from '../session/print-objects.ts';
import type { Session } from '../session/session.ts';

/** The values of the flags of `get`. */
export interface GetOptions {
  output: Output;
  allNamespaces?: boolean;
  watch?: boolean;
}

/** `get [NAME]`: one blueprint, those of the namespace, or all. */
export async function getBlueprints(
  session: Session,
  name: string | undefined,
  { output, allNamespaces = false, watch = false }: GetOptions,
): Promise<void> {
  if (watch) {
    await session.watch(async () => {
      const rows = await readRows(session, name, allNamespaces);
      return (now, layout) =>
        printTable(
          tableOfBlueprints(rows, { now, wide: output === 'wide', withNamespaces: allNamespaces }),
          layout,
        );
    });
    return;
  }
  if (output !== 'text' && output !== 'wide') {
    session.print(printObjects(await readObjects(session, name, allNamespaces), output));
    return;
  }
  const blueprints = await readRows(session, name, allNamespaces);
  const options = { now: session.now(), wide: output === 'wide', withNamespaces: allNamespaces };
  session.print(printTable(tableOfBlueprints(blueprints, options), session.layout));
  if (blueprints.length > 0) return;
  const where = allNamespaces ? 'in this cluster' : `in namespace ${session.namespace}; -A looks in all`;
  session.say('waiting', `there are no blueprints ${where}`);
}

/** Whole objects: one, or a list of them. */
async function readObjects(
  session: Session,
  name: string | undefined,
  allNamespaces: boolean,
): Promise<KubeObject | KubeObject[]> {
  if (name !== undefined) return (await findBlueprint(session, name)) as unknown as KubeObject;
  return session.access.list(BLUEPRINTS, select(session, allNamespaces), (object) => object);
}

async function readRows(
  session: Session,
  name: string | undefined,
  allNamespaces: boolean,
): Promise<ListedBlueprint[]> {
  if (name !== undefined) return [await findBlueprint(session, name)];
  return session.access.list(BLUEPRINTS, select(session, allNamespaces), outline);
}

function select({ namespace }: Session, allNamespaces: boolean): { namespace?: string } {
  return allNamespaces ? {} : { namespace };
}

/** A blueprint without what a row does not say: there may be thousands. */
function outline(object: KubeObject): ListedBlueprint {
  const { metadata, spec, status } = object as unknown as ListedBlueprint;
  const { name, namespace = '', creationTimestamp = '' } = metadata;
  const { suspend, suspendReason, suspendUntil, suspendScope } = spec;
  const suspension = { suspend, suspendReason, suspendUntil, suspendScope };
  return {
    metadata: { name, namespace, creationTimestamp },
    spec: suspension as ListedBlueprint['spec'],
    status: { conditions: status?.conditions, summary: status?.summary } as NonNullable<
      ListedBlueprint['status']
    >,
  };
}
