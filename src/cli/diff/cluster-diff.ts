import { type KubeObject, type ObjectRef, objectId } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import { type CompileContext, offlineContext } from '../../core/compile/model/context.ts';
import { usualOwnRights } from '../../core/compile/model/own-rights.ts';
import { type BlueprintDiff, type ObjectPair, type Refusal, changesOf } from '../../core/diff/changes.ts';
import {
  type LiveState,
  findWritable,
  pairWithFields,
  pairsToDelete,
  refsToRead,
  refusalOf,
} from '../../core/diff/with-live.ts';
import type { InputBlueprint } from '../../core/input/blueprint-reader.ts';
import { inNamespace } from '../../core/input/in-namespace.ts';
import { describeSuspension } from '../../core/inspect/suspension.ts';
import type { DesiredObject } from '../../core/objects/desired.ts';
import { readInventory } from '../../core/objects/inventory.ts';
import { type BlueprintKey, toKey } from '../../core/objects/ownership.ts';
import { suspensionAt } from '../../core/plan/suspension.ts';
import { LiveObjects } from '../../core/releases/live-objects.ts';
import { type Review, keyOf, review } from '../../core/review/review.ts';
import { describeProblem } from '../../core/validation/problem.ts';
import { isObject } from '../../core/values/json.ts';
import { AccessError } from '../session/access.ts';
import { CommandError } from '../session/explain-failure.ts';
import { BLUEPRINTS } from '../session/find-blueprint.ts';
import { type Session, runOnCluster } from '../session/session.ts';
import { chooseComparison, type Comparison } from './comparison.ts';
import { type DiffContext, type DiffOptions, FAILED, endWith, printAs } from './diff-context.ts';

/** Compares blueprints with a cluster, and prints how they differ. */
export async function diffWithCluster(
  blueprints: readonly InputBlueprint[],
  options: DiffOptions,
  { tools }: DiffContext,
): Promise<void> {
  const work = async (session: Session): Promise<void> => {
    const served = await session.access.served(offlineContext().served.keys());
    const diffs: BlueprintDiff[] = [];
    for (const one of blueprints) diffs.push(await diffOne(session, one, served));
    session.print(printAs(diffs, options.output, session.layout));
    for (const said of new Set(diffs.map(({ compared }) => compared)))
      session.say('waiting', `compared ${said}`);
    endWith(diffs);
  };
  await runOnCluster(options, tools, work, FAILED);
}

async function diffOne(
  session: Session,
  { value, where }: InputBlueprint,
  served: CompileContext['served'],
): Promise<BlueprintDiff> {
  const blueprint = inNamespace(value, session.namespace);
  const key = keyOf(blueprint);
  const present = await readPresent(session, key);
  const tracked = readInventory(present?.status);
  const known = await readAll(session, refsToRead(tracked, []));
  const spec = (isObject(blueprint) ? blueprint['spec'] : {}) as Blueprint['spec'];
  const context = (): CompileContext => ({
    ...offlineContext(),
    ownRights: usualOwnRights(key.namespace),
    served,
    ageRecipient: present?.status?.ageRecipient,
    suspendGenerated: suspensionAt(spec, session.now()).generated,
  });
  const [reviewed] = review([blueprint], new LiveObjects([...known.values()]), context);
  const desired = compiledOf(reviewed, where);
  const missing = refsToRead([], desired).filter((ref) => !known.has(objectId(ref)));
  const live = new Map([...known, ...(await readAll(session, missing))]);
  const environments = present?.spec.environments ?? [];
  const state: LiveState = { key, spec, environments, tracked, live };
  saySuspended(session, key, spec);
  return compare(session, desired, state);
}

/** What a blueprint becomes. Throws where the operator would refuse it. */
function compiledOf(reviewed: Review | undefined, where: string): readonly DesiredObject[] {
  const refused = (reviewed?.comments ?? []).filter(({ refuses }) => refuses);
  const desired = reviewed?.desired?.objects;
  if (desired !== undefined && refused.length === 0) return desired;
  const why = refused.map(describeProblem).join('; ');
  throw new CommandError(`${where}: ${why}; see all by fluxblueprint lint`);
}

function saySuspended(session: Session, key: BlueprintKey, spec: Blueprint['spec']): void {
  const suspended = describeSuspension(spec, session.now());
  if (suspended !== undefined && suspensionAt(spec, session.now()).blueprint)
    session.say(
      'waiting',
      `FluxBlueprint ${toKey(key)} is ${suspended}: nothing changes before it is resumed`,
    );
}

/** The blueprint as it is in the cluster; undefined where it is new. */
async function readPresent(session: Session, key: BlueprintKey): Promise<Blueprint | undefined> {
  const found = (await session.access.get({ ...BLUEPRINTS, ...key })) as unknown as Blueprint | undefined;
  const { deletionTimestamp } = found?.metadata ?? {};
  if (deletionTimestamp === undefined) return found;
  throw new CommandError(
    `FluxBlueprint ${toKey(key)} is being deleted since ${deletionTimestamp}: wait until it is gone, so that it can be made anew`,
  );
}

/** How many objects are read or tried at a time, so that none of the requests waits for long. */
const AT_A_TIME = 32;

async function readAll(session: Session, refs: readonly ObjectRef[]): Promise<Map<string, KubeObject>> {
  const found = new Map<string, KubeObject>();
  await eachOf(refs, async (ref) => {
    const object = await session.access.get(ref).catch(unlessUnserved);
    if (object !== undefined) found.set(objectId(ref), object);
  });
  return found;
}

/** There is nothing of a kind that the cluster does not serve. */
function unlessUnserved(failure: unknown): undefined {
  if (failure instanceof AccessError && failure.reason === 'NoKindMatch') return undefined;
  throw failure;
}

async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let i = 0; i < items.length; i += AT_A_TIME)
    await Promise.all(items.slice(i, i + AT_A_TIME).map(work));
}

async function compare(
  session: Session,
  desired: readonly DesiredObject[],
  state: LiveState,
): Promise<BlueprintDiff> {
  const { objects, theirs, refusals } = findWritable(desired, state);
  const comparison = await chooseComparison(session, state);
  const pairs = new Map<string, ObjectPair>();
  const refused: Refusal[] = [...refusals];
  await eachOf(objects, async (object) => {
    const compared = await comparison.compare(object, state.live.get(object.id));
    if ('pair' in compared) pairs.set(object.id, compared.pair);
    else {
      refused.push(refusalOf(object, compared.refused));
      pairs.set(object.id, pairWithFields(object, state.live.get(object.id)));
    }
  });
  const ordered = objects.flatMap(({ id }) => pairs.get(id) ?? []);
  const { changes, unchanged } = changesOf([...pairsToDelete(desired, state), ...ordered]);
  return {
    key: state.key,
    compared: describeComparison(comparison),
    hasEnvironments: (state.spec.environments ?? []).length > 0,
    changes,
    unchanged: unchanged + theirs.length,
    refusals: refused,
  };
}

function describeComparison({ description, local }: Comparison): string {
  return local === 0
    ? description
    : `${description}; ${local} objects by their live fields, because you may not try to apply them`;
}
