import type { KubeObject, ObjectRef } from '../../api/object.ts';
import { KIND } from '../../api/names.ts';
import { releaseOf } from '../../core/releases/release.ts';
import { printTree } from '../../core/text/tree.ts';
import { matchKind } from '../../core/trace/kind-word.ts';
import { type Link, RELEASES, linkOf } from '../../core/trace/links.ts';
import { describeDesired, findDesired } from '../../core/trace/origin.ts';
import { sourceRefOf } from '../../core/trace/sources.ts';
import type { TraceStep } from '../../core/trace/step.ts';
import { listWrong, treeOfTrace } from '../../core/trace/trace-tree.ts';
import { isObject, textAt } from '../../core/values/json.ts';
import { AccessError } from '../session/access.ts';
import { CommandError } from '../session/explain-failure.ts';
import type { Session } from '../session/session.ts';

/** The most objects that a trace goes through. */
const MAX_STEPS = 16;

/** Names the places of a blueprint, by their paths, for people. */
export type PlacesOf = (blueprint: KubeObject) => (path: string) => string;

/** `trace KIND/NAME`: what made an object, back to the blueprint and to the commit, and what is wrong on the way. */
export async function traceObject(session: Session, argument: string, placesOf: PlacesOf): Promise<void> {
  const ref = await findRef(session, argument);
  const object = await session.access.get(ref);
  if (object === undefined) throw new CommandError(explainMissing(ref, argument));
  const steps = await follow(session, object, { ref, placesOf });
  const now = session.now();
  session.print(printTree(treeOfTrace(steps, now), session.layout));
  if (steps.length === 1) {
    session.say(
      'waiting',
      'no owner, label or annotation says what made it: Flux did not deploy it, or not from here',
    );
    return;
  }
  const [worst] = listWrong(steps, now);
  if (worst !== undefined) session.say('failure', `wrong on the way: ${worst}`);
  else if (!steps.some((step) => step.ref.kind === KIND))
    session.say('waiting', 'Flux deployed it, and no blueprint is on the way');
}

/** Reads `KIND/NAME` or `KIND/NAMESPACE/NAME`. */
async function findRef(session: Session, argument: string): Promise<ObjectRef> {
  const { word, namespace, name } = splitArgument(argument, session.namespace);
  const kind = matchKind(word, await session.access.listKinds());
  if (typeof kind === 'string') throw new CommandError(`${session.access.description} ${kind}`);
  const { group, version } = kind;
  const ref = { apiVersion: group === '' ? version : `${group}/${version}`, kind: kind.kind, name };
  return kind.namespaced ? { ...ref, namespace } : ref;
}

function splitArgument(
  argument: string,
  ownNamespace: string,
): { word: string; namespace: string; name: string } {
  const parts = argument.split('/');
  const [word = '', second = '', third] = parts;
  if (word !== '' && second !== '' && third !== '' && parts.length <= 3)
    return {
      word,
      ...(third === undefined
        ? { namespace: ownNamespace, name: second }
        : { namespace: second, name: third }),
    };
  throw new CommandError(
    `${JSON.stringify(argument)} names no object: write it as KIND/NAME, such as deployment/web`,
  );
}

function explainMissing({ kind, namespace }: ObjectRef, argument: string): string {
  const where = namespace === undefined ? 'in this cluster' : `in namespace ${namespace}`;
  const how = namespace === undefined ? '--context is right' : '-n and --context are right';
  return `there is no ${kind} ${JSON.stringify(argument.split('/').at(-1))} ${where}: see whether ${how}`;
}

/** Goes from object to object until one does not say what made it. */
async function follow(
  session: Session,
  object: KubeObject,
  { ref, placesOf }: { ref: ObjectRef; placesOf: PlacesOf },
): Promise<TraceStep[]> {
  const steps: TraceStep[] = [await withSource(session, { ref, object, link: undefined })];
  const seen = new Set([keyOf(ref)]);
  for (let at: KubeObject | undefined = object; at !== undefined && steps.length < MAX_STEPS;) {
    const link = linkOf(at);
    if (link === undefined) break;
    const step: TraceStep = await readStep(session, link);
    if (seen.has(keyOf(step.ref))) break;
    seen.add(keyOf(step.ref));
    steps.push(await withSource(session, withOrigin(step, at, placesOf)));
    at = step.object;
  }
  return steps;
}

function keyOf({ apiVersion, kind, namespace = '', name }: ObjectRef): string {
  return [apiVersion, kind, namespace, name].join(' ');
}

/** Says what of a blueprint asks for the object before. */
function withOrigin(step: TraceStep, before: KubeObject, placesOf: PlacesOf): TraceStep {
  const { object } = step;
  if (object?.kind !== KIND) return step;
  return { ...step, origin: describeDesired(findDesired(object, before), placesOf(object)) };
}

async function withSource(session: Session, step: TraceStep): Promise<TraceStep> {
  const source = step.object === undefined ? undefined : sourceRefOf(step.object);
  if (source === undefined) return step;
  return { ...step, source: { ref: source, link: undefined, ...(await read(session, source)) } };
}

async function readStep(session: Session, link: Link): Promise<TraceStep> {
  if (link.via !== 'release') return { ref: link.ref, link, ...(await read(session, link.ref)) };
  return findRelease(session, link);
}

/** What may not be read is a step all the same: the object before says which one it is. */
async function read(session: Session, ref: ObjectRef): Promise<Pick<TraceStep, 'object' | 'hidden'>> {
  try {
    return { object: await session.access.get(ref) };
  } catch (failure) {
    return { object: undefined, hidden: explainHidden(failure) };
  }
}

/** Finds the HelmRelease that has a release of this name in the namespace that it deploys to. */
async function findRelease(session: Session, link: Link): Promise<TraceStep> {
  const { namespace = '', name } = link.ref;
  try {
    const [found] = await session.access.list(RELEASES, {}, (object) => {
      const { metadata } = object;
      const spec = object['spec'];
      if (!isObject(spec)) return undefined;
      const own = metadata.namespace ?? '';
      const target = textAt(spec, ['targetNamespace']) ?? own;
      const release = releaseOf(spec, { name: metadata.name, namespace: own });
      return release.name === name && target === namespace ? object : undefined;
    });
    if (found === undefined) return { ref: link.ref, link, object: undefined };
    const ref = { ...RELEASES, name: found.metadata.name, namespace: found.metadata.namespace ?? '' };
    return { ref, link, object: found };
  } catch (failure) {
    return { ref: link.ref, link, object: undefined, hidden: explainHidden(failure) };
  }
}

/** Why a step cannot be read, as far as a trace goes on without it. */
function explainHidden(failure: unknown): string {
  if (!(failure instanceof AccessError)) throw failure;
  const { verb, resource } = failure.attempt;
  if (failure.reason === 'Forbidden')
    return `you may not ${verb} ${resource}, so that nothing is known of it`;
  if (failure.reason === 'NoKindMatch') return `the cluster does not know ${resource}`;
  throw failure;
}
