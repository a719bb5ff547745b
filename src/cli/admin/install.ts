import { type KubeObject, displayName, refOf } from '../../api/object.ts';
import { outlineController } from '../../core/fitness/controllers.ts';
import { compareVersions } from '../../core/fitness/finding.ts';
import { outlineCrd, ownKinds } from '../../core/fitness/crds.ts';
import { toYamlDocuments } from '../../core/yaml/write-yaml.ts';
import { CommandError } from '../session/explain-failure.ts';
import type { Session } from '../session/session.ts';
import {
  checkImage,
  deploymentOf,
  imageOf,
  isOurs,
  objectsBeyond,
  objectsOf,
  withImage,
} from './installation.ts';
import type { Variant } from './part.ts';

/** The values of the flags of `install`. */
export interface InstallOptions {
  export?: boolean;
  lockdown?: boolean;
  image?: string;
  force?: boolean;
}

/** What `install --export` prints: YAML for `kubectl apply --server-side -f -`. */
export function exportInstallation(options: InstallOptions): string {
  return toYamlDocuments(chooseObjects(options));
}

function chooseObjects({ lockdown, image }: InstallOptions): KubeObject[] {
  const objects = objectsOf(variantOf(lockdown));
  if (image === undefined) return objects;
  checkImage(image);
  return withImage(objects, image);
}

function variantOf(lockdown = false): Variant {
  return lockdown ? 'lockdown' : 'default';
}

/**
 * `install`: applies the operator of the program's version, and waits until it is ready.
 *
 * @param version the version of the program
 */
export async function install(session: Session, options: InstallOptions, version: string): Promise<void> {
  const objects = chooseObjects(options);
  await refuseDowngrade(session, version, options.force ?? false);
  session.say('action', `installing FluxBlueprint ${version} on ${session.access.description}`);
  session.lasting = 'what was applied stays: install again to go on, or uninstall';
  const image = imageOf(objects);
  if (options.image === undefined && !image.includes('/'))
    session.say(
      'waiting',
      `the image ${image} is published nowhere: build it, push it, and name it by --image`,
    );
  for (const object of objects) {
    await applyOne(session, object);
    if (object.kind === 'CustomResourceDefinition') await waitUntilServed(session, object);
  }
  for (const object of objectsBeyond(variantOf(options.lockdown))) await removeOne(session, object);
  await waitUntilReady(session, deploymentOf(objects));
  session.say('success', `FluxBlueprint ${version} is installed, and ready after ${session.elapsed}`);
}

async function refuseDowngrade({ access }: Session, version: string, force: boolean): Promise<void> {
  const [kind] = ownKinds();
  const crd = await access.get({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    name: kind?.name ?? '',
  });
  const installed = crd && outlineCrd(crd).installed;
  if (installed === undefined || force) return;
  const difference = compareVersions(installed, version);
  if (difference === undefined || difference <= 0) return;
  throw new CommandError(
    `FluxBlueprint ${installed} is installed, which is newer than this program (${version}): take the program of that version, or add --force`,
  );
}

/** Applies an object, and says what that changed, as kubectl does. */
async function applyOne(session: Session, object: KubeObject): Promise<void> {
  const ref = refOf(object);
  const before = await session.access.get(ref);
  const after = await session.access.apply(object);
  const isSame = before?.metadata.resourceVersion === after.metadata.resourceVersion;
  const did = before === undefined ? 'created' : isSame ? 'unchanged' : 'configured';
  session.say('success', `${displayName(ref)} ${did}`);
}

/** Deletes what another variant has left, if it is of this program. */
async function removeOne(session: Session, object: KubeObject): Promise<void> {
  const ref = refOf(object);
  const found = await session.access.get(ref);
  if (found === undefined || !isOurs(found)) return;
  if (await session.access.delete(ref)) session.say('success', `${displayName(ref)} deleted`);
}

async function waitUntilServed(session: Session, crd: KubeObject): Promise<void> {
  const ref = refOf(crd);
  const served = await session.poll(async () => {
    const found = await session.access.get(ref);
    const { isEstablished } = outlineCrd(found ?? crd);
    return isEstablished ? { isEstablished } : `${displayName(ref)} is not served yet`;
  });
  if (served === undefined)
    throw new CommandError(
      `${displayName(ref)} is not served in time: see kubectl get crd ${ref.name} -o yaml`,
    );
}

/** Waits until all replicas run as they were applied. */
async function waitUntilReady(session: Session, deployment: KubeObject): Promise<void> {
  const ref = refOf(deployment);
  let last = 'it is not there';
  const ready = await session.poll(async () => {
    const found = await session.access.get(ref);
    if (found === undefined) return last;
    const controller = outlineController(found);
    const { replicas, ready: count, isObserved, isRolledOut } = controller;
    last = `${count} of ${replicas} replicas are ready${isRolledOut ? '' : ', not all of the new version'}`;
    return isObserved && isRolledOut && count >= replicas ? controller : `${displayName(ref)}: ${last}`;
  });
  if (ready !== undefined) return;
  const how = `kubectl describe pods -n ${ref.namespace ?? ''} -l app.kubernetes.io/name=fluxblueprint`;
  throw new CommandError(`the operator is not ready after ${session.elapsed}: ${last}; see why: ${how}`);
}
