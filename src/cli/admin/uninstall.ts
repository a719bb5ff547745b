import { FINALIZER } from '../../api/names.ts';
import { type KubeObject, type ObjectRef, displayName, refOf } from '../../api/object.ts';
import { textAt, numberAt, valueAt } from '../../core/values/json.ts';
import { joinFirst } from '../../core/values/suggest.ts';
import { AccessError } from '../session/access.ts';
import { CommandError } from '../session/explain-failure.ts';
import { BLUEPRINTS, blueprintRef } from '../session/find-blueprint.ts';
import type { Session } from '../session/session.ts';
import { allObjects, isOurs } from './installation.ts';

/** The values of the flags of `uninstall`. */
export interface UninstallOptions {
  withBlueprints?: boolean;
  keepNamespace?: boolean;
  dryRun?: boolean;
  yes?: boolean;
}

/** What of a blueprint `uninstall` looks at. */
interface Outline {
  name: string;
  namespace: string;
  finalizers: readonly string[];
  isProtected: boolean;
  /** What Flux applies it from Git; undefined if nothing does. */
  parent: string | undefined;
  /** How many objects it has generated. */
  generated: number;
}

const CRD = 'CustomResourceDefinition';
const POLICY = /^ValidatingAdmissionPolicy/;

/** The most blueprints that a message names. */
const MAX_NAMED = 5;

/** `uninstall`: takes the operator off a cluster. What blueprints generated is never touched. */
export async function uninstall(session: Session, options: UninstallOptions): Promise<void> {
  const { withBlueprints = false, keepNamespace = false } = options;
  const blueprints = await listBlueprints(session);
  const going = (await readThere(session)).filter(
    ({ kind }) => !(kind === CRD && !withBlueprints) && !(kind === 'Namespace' && keepNamespace),
  );
  if (going.length === 0) {
    session.say('waiting', `there is no operator on ${session.access.description}`);
    return;
  }
  tellPlan(session, going, { blueprints, withBlueprints });
  refuseProtected(withBlueprints ? blueprints : []);
  if (options.dryRun === true) return;
  if (options.yes !== true) await confirm(session);
  session.lasting = 'what was deleted is gone: uninstall again to go on, or install';
  await takeOff(session, going, withBlueprints ? blueprints : undefined);
  session.say('success', 'the operator is uninstalled; Flux goes on with all that it generated');
}

/** Deletes what goes, in an order in which nothing acts on what goes after it. */
async function takeOff(
  session: Session,
  going: readonly ObjectRef[],
  blueprints: readonly Outline[] | undefined,
): Promise<void> {
  await remove(session, going, ({ kind }) => kind === 'Deployment');
  await waitUntilStopped(session, blueprints !== undefined);
  if (blueprints !== undefined) {
    await remove(session, going, ({ kind }) => POLICY.test(kind));
    for (const blueprint of blueprints) await release(session, blueprint);
  }
  await remove(session, going, ({ kind }) => kind !== 'Deployment' && kind !== 'Namespace');
  await remove(session, going, ({ kind }) => kind === 'Namespace');
}

/** Those objects of any installation that are in the cluster, and of this program. */
async function readThere({ access }: Session): Promise<ObjectRef[]> {
  const found: ObjectRef[] = [];
  for (const object of allObjects()) {
    const ref = refOf(object);
    const live = await access.get(ref).catch(orNothing);
    if (live !== undefined && isOurs(live)) found.push(ref);
  }
  return found;
}

/** A kind that the cluster does not serve has no objects. */
function orNothing(failure: unknown): undefined {
  if (failure instanceof AccessError && failure.reason === 'NoKindMatch') return undefined;
  throw failure;
}

async function listBlueprints({ access }: Session): Promise<Outline[]> {
  return (await access.list(BLUEPRINTS, {}, outline).catch(orNothing)) ?? [];
}

function outline({ metadata, spec, status }: KubeObject): Outline {
  const { name, namespace = '', finalizers = [], labels = {} } = metadata;
  const parent = labels['kustomize.toolkit.fluxcd.io/name'];
  return {
    name,
    namespace,
    finalizers,
    isProtected: valueAt(spec, ['deletionProtection']) === true,
    parent:
      parent === undefined
        ? undefined
        : `Kustomization ${labels['kustomize.toolkit.fluxcd.io/namespace'] ?? ''}/${parent}`,
    generated: numberAt(status, ['summary', 'total']) ?? 0,
  };
}

function tellPlan(
  session: Session,
  going: readonly ObjectRef[],
  { blueprints, withBlueprints }: { blueprints: readonly Outline[]; withBlueprints: boolean },
): void {
  session.say('action', `what goes from ${session.access.description}`);
  for (const ref of going) session.say('failure', displayName(ref));
  const named = joinFirst(blueprints.map(nameOf), MAX_NAMED);
  const count = blueprints.length === 1 ? '1 blueprint' : `${blueprints.length} blueprints`;
  if (withBlueprints && blueprints.length > 0)
    session.say('failure', `${count} with their revisions: ${named}`);
  session.say('action', 'what stays');
  const generated = blueprints.reduce((sum, blueprint) => sum + blueprint.generated, 0);
  session.say(
    'success',
    `${generated} generated objects, with all that Flux deployed for them: Flux goes on with them`,
  );
  if (!withBlueprints) {
    const why = 'one that is deleted waits for the operator; --with-blueprints takes them along';
    if (blueprints.length > 0) session.say('success', `${count} and their CRDs: ${named}; ${why}`);
    else session.say('success', 'the CRDs: --with-blueprints takes them along');
  }
  for (const blueprint of withBlueprints ? blueprints : [])
    if (blueprint.parent !== undefined)
      session.say(
        'waiting',
        `${blueprint.parent} applies ${nameOf(blueprint)} from Git, and fails from then on: remove it there`,
      );
}

function nameOf({ namespace, name }: Outline): string {
  return `${namespace}/${name}`;
}

function refuseProtected(blueprints: readonly Outline[]): void {
  const held = blueprints.filter(({ isProtected }) => isProtected);
  if (held.length === 0) return;
  const named = joinFirst(held.map(nameOf), MAX_NAMED);
  throw new CommandError(
    `${named} ${held.length === 1 ? 'is' : 'are'} protected from deletion: set spec.deletionProtection to false first`,
  );
}

async function confirm(session: Session): Promise<void> {
  const answer = await session.confirm('Go on?');
  if (answer === undefined)
    throw new CommandError(
      'nobody is asked without a terminal: add --yes, or see what would go by --dry-run',
    );
  if (!answer) throw new CommandError('nothing was deleted');
}

async function remove(
  session: Session,
  going: readonly ObjectRef[],
  isMeant: (ref: ObjectRef) => boolean,
): Promise<void> {
  for (const ref of going.filter(isMeant))
    if (await session.access.delete(ref)) session.say('success', `${displayName(ref)} deleted`);
}

/**
 * An operator that still runs would take a deleted blueprint for one to clean up. So its pods have to be gone; where
 * blueprints are deleted, no other operator may hold the lease.
 */
async function waitUntilStopped(session: Session, withBlueprints: boolean): Promise<void> {
  let last = '';
  const stopped = await session.poll(async () => {
    last = (await findPods(session)) ?? (withBlueprints ? await findLeader(session) : undefined) ?? '';
    return last === '' ? {} : last;
  });
  if (stopped !== undefined) return;
  throw new CommandError(`${last}, still after ${session.elapsed}: stop the operator, and uninstall again`);
}

async function findPods({ access }: Session): Promise<string | undefined> {
  const labels = 'app.kubernetes.io/name=fluxblueprint,app.kubernetes.io/component=controller';
  const pods = await access.list({ apiVersion: 'v1', kind: 'Pod' }, { labels }, (pod) =>
    displayName(refOf(pod)),
  );
  return pods.length === 0 ? undefined : `the operator runs in ${joinFirst(pods, MAX_NAMED)}`;
}

/** The first lease of an operator that is still renewed. */
async function findLeader(session: Session): Promise<string | undefined> {
  const leases = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' } as const;
  const held = await session.access.list(leases, {}, ({ metadata, spec }) => {
    if (!metadata.name.startsWith('fluxblueprint')) return undefined;
    const holder = textAt(spec, ['holderIdentity']) ?? '';
    const renewed = Date.parse(textAt(spec, ['renewTime']) ?? '');
    const lasts = (numberAt(spec, ['leaseDurationSeconds']) ?? 0) * 1000;
    return holder !== '' && renewed + lasts > session.now() ? holder : undefined;
  });
  const [holder] = held;
  return holder === undefined ? undefined : `${holder} holds the lease of an operator`;
}

/** Deletes a blueprint so that nothing it generated is touched, whoever hears of it. */
async function release({ access }: Session, blueprint: Outline): Promise<void> {
  const ref = blueprintRef(blueprint, blueprint.name);
  const finalizers = blueprint.finalizers.filter((finalizer) => finalizer !== FINALIZER);
  await access.merge(ref, { metadata: { finalizers }, spec: { deletionPolicy: 'Orphan' } });
  await access.delete(ref);
}
