import type { Command } from 'commander';
import type { KindRef, KubeObject, ObjectRef } from '../../api/object.ts';
import { refOf } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import { compile } from '../../core/compile/compile.ts';
import { offlineContext } from '../../core/compile/model/context.ts';
import { checkMigration, describeCheck } from '../../core/import/check/check-migration.ts';
import { type InputArgument, parseInputArgument } from '../../core/input/input-argument.ts';
import { readinessOf } from '../../core/inspect/readiness.ts';
import { describeProblem } from '../../core/validation/problem.ts';
import { readInputs } from '../input/read-inputs.ts';
import { BLUEPRINTS } from '../session/find-blueprint.ts';
import { AccessError } from '../session/access.ts';
import { type ClusterTools, type Session, runOnCluster } from '../session/session.ts';
import { ExitError, type Streams } from '../terminal/streams.ts';
import type { ImportFlags } from './import-flags.ts';

/** What `import --check` works with. */
interface CheckContext {
  command: Command;
  streams: Streams;
  tools: ClusterTools;
}

/** A blueprint of a file, and what it makes. */
interface Written {
  name: string;
  namespace: string;
  adopts: boolean;
  objects: ObjectRef[];
}

/**
 * Runs `import --check`: says of each blueprint in the files how far its migration is.
 *
 * @throws ExitError 1 where a next step is not safe
 */
export async function runCheck(
  paths: readonly string[],
  flags: ImportFlags,
  { command, streams, tools }: CheckContext,
): Promise<void> {
  const written = await readWritten(paths, command, streams);
  await runOnCluster(flags, tools, async (session) => {
    const kustomizations = await listKustomizations(session);
    const unsafe: Written[] = [];
    for (const one of written) if (!(await checkOne(session, one, kustomizations))) unsafe.push(one);
    if (unsafe.length > 0) throw new ExitError(1);
  });
}

async function readWritten(paths: readonly string[], command: Command, streams: Streams): Promise<Written[]> {
  const { blueprints, problems, failures } = await readInputs(
    paths.map((path) => toArgument(path, command)),
    { command, locate: false },
    streams,
  );
  for (const { input, why } of failures) streams.err(`error: ${input} cannot be read: ${why}\n`);
  for (const problem of problems) streams.err(`error: ${problem.input}: ${describeProblem(problem)}\n`);
  if (failures.length + problems.length > 0) throw new ExitError(1);
  return blueprints.map(({ value, where }) => {
    // Which rights it needs is for the cluster to say.
    const compiled = compile(value, { ...offlineContext(), defaultAccount: 'any' });
    if (!compiled.ok) {
      for (const problem of compiled.problems) streams.err(`error: ${where}: ${describeProblem(problem)}\n`);
      throw new ExitError(1);
    }
    const { metadata, spec } = value as Blueprint;
    return {
      name: metadata.name,
      namespace: metadata.namespace ?? '',
      adopts: spec.adoption === 'Adopt',
      objects: compiled.desired.objects.map(({ manifest }) => refOf(manifest)),
    };
  });
}

function toArgument(path: string, command: Command): InputArgument {
  const argument = parseInputArgument(path);
  if ('fault' in argument) return command.error(`error: ${path}: ${argument.fault}`);
  return argument;
}

const KUSTOMIZATION: KindRef = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' };

async function listKustomizations({ access }: Session): Promise<KubeObject[]> {
  return access.list(KUSTOMIZATION, {}, (object) => object);
}

/** Checks one blueprint and says what came of it. Answers whether its next step is safe. */
async function checkOne(
  session: Session,
  written: Written,
  kustomizations: readonly KubeObject[],
): Promise<boolean> {
  const { name, namespace } = written;
  const live = (await getLive(session, { ...BLUEPRINTS, namespace, name })) as Blueprint | undefined;
  const readiness = live === undefined ? undefined : readinessOf(live, session.now());
  const objects = await readObjects(session, written.objects);
  const check = checkMigration({
    blueprint: written,
    readiness:
      readiness === undefined
        ? undefined
        : { ready: readiness.state === 'ready', message: readiness.message },
    objects,
    kustomizations,
  });
  const { summary, blockers } = describeCheck(check);
  for (const blocker of blockers) session.say('failure', blocker);
  session.print(`${namespace}/${name}: ${summary}\n`);
  return check.blockers.length === 0;
}

/** How many objects are read at a time. */
const READS = 8;

async function readObjects(
  session: Session,
  refs: readonly ObjectRef[],
): Promise<{ ref: ObjectRef; live: KubeObject | undefined }[]> {
  const found: { ref: ObjectRef; live: KubeObject | undefined }[] = [];
  for (let i = 0; i < refs.length; i += READS) {
    const some = refs.slice(i, i + READS).map(async (ref) => ({ ref, live: await getLive(session, ref) }));
    found.push(...(await Promise.all(some)));
  }
  return found;
}

/** An object; undefined also where the cluster does not serve its kind yet. */
async function getLive({ access }: Session, ref: ObjectRef): Promise<KubeObject | undefined> {
  return access.get(ref).catch((failure: unknown) => {
    if (failure instanceof AccessError && failure.reason === 'NoKindMatch') return undefined;
    throw failure;
  });
}
