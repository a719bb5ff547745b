import type { KubeObject } from '../../api/object.ts';
import type { InputBlueprint } from '../../core/input/blueprint-reader.ts';
import type { InputArgument } from '../../core/input/input-argument.ts';
import { textAt } from '../../core/values/json.ts';
import { traceObject } from '../cluster/trace.ts';
import { readInputs } from '../input/read-inputs.ts';
import type { ClusterFlags } from '../session/flags.ts';
import { runOnCluster } from '../session/session.ts';
import { ExitError } from '../terminal/streams.ts';
import { type ExploreContext, nameUnread } from './target.ts';

/** `trace KIND/NAME`: with `--file` the parts of blueprints are named by their lines. */
export async function trace(
  object: string,
  flags: ClusterFlags & { file?: InputArgument },
  context: ExploreContext,
): Promise<void> {
  const known = flags.file === undefined ? [] : await readFiles(flags.file, context);
  await runOnCluster(flags, context.tools, (session) =>
    traceObject(session, object, (blueprint) => findPlaces(known, blueprint)),
  );
}

async function readFiles(
  file: InputArgument,
  { command, streams }: ExploreContext,
): Promise<readonly InputBlueprint[]> {
  const read = await readInputs([file], { command, locate: true }, streams);
  const unread = nameUnread(read);
  for (const text of unread) streams.err(`error: ${text}\n`);
  if (unread.length > 0) throw new ExitError(1);
  return read.blueprints;
}

/** Names the places of a blueprint by the file that holds it: the path, where none does. */
function findPlaces(known: readonly InputBlueprint[], { metadata }: KubeObject): (path: string) => string {
  const found = known.find(({ value }) => {
    const [name, namespace] = ['name', 'namespace'].map((field) => textAt(value, ['metadata', field]));
    return name === metadata.name && (namespace ?? metadata.namespace) === metadata.namespace;
  });
  return (path) => {
    const place = found?.locator?.locate(path);
    return place === undefined ? path : `${found?.input ?? ''}:${place.line}:${place.column}`;
  };
}
