import { expect, test } from '@jest/globals';
import { type KubeObject, OUTLINE, objectId, refOf } from '../../../src/api/object.ts';
import { Label, MANAGED_BY } from '../../../src/api/names.ts';
import { type Deployment, deploymentOf, keepDeployment } from '../../../src/core/releases/deployment.ts';
import { type Deployer, Deployments } from '../../../src/core/releases/deployments.ts';
import { SeededRandom } from '../../harness/random.ts';

/** A HelmRelease of a blueprint (`namespace/name`), or of nobody. */
function release(id: string, spec: object, blueprint?: string): KubeObject {
  const [namespace = '', name = ''] = id.split('/');
  const [ofNamespace = '', ofName = ''] = blueprint?.split('/') ?? [];
  const labels = { [Label.ManagedBy]: MANAGED_BY, [Label.Namespace]: ofNamespace, [Label.Name]: ofName };
  const metadata = { name, namespace, ...(blueprint === undefined ? {} : { labels }) };
  return { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata, spec };
}

const WEB = { releaseName: 'web' };

function deployed(object: KubeObject): Deployment {
  const deployment = deploymentOf(object);
  if (deployment === undefined) throw new Error('it deploys nothing');
  return deployment;
}

function put(deployments: Deployments, ...objects: KubeObject[]): string[] {
  return objects.flatMap((object) =>
    names(deployments.set(refOf(object), object.metadata, deploymentOf(object))),
  );
}

function names(found: readonly (Deployer | undefined)[]): string[] {
  return found.flatMap((deployer) => deployer?.ref.name ?? []);
}

/** What else deploys the same as `asked`, for the blueprint `team/mine`. */
function othersOf(deployments: Deployments, asked: KubeObject): string[] {
  const blueprint = { namespace: 'team', name: 'mine' };
  return names([deployments.find(blueprint, refOf(asked), deployed(asked))]);
}

const MINE = release('team/mine', WEB, 'team/mine');

test('one of another blueprint of the namespace is found, and one of nobody there', () => {
  for (const other of [release('team/other', WEB, 'team/other'), release('team/other', WEB)]) {
    const deployments = new Deployments();
    put(deployments, MINE, other);
    expect(othersOf(deployments, MINE)).toEqual(['other']);
  }
});

test('one that a blueprint of the namespace made elsewhere is found, and nothing of another tenant', () => {
  const stored = { ...WEB, storageNamespace: 'team' };
  const deployments = new Deployments();
  put(deployments, release('team/theirs', stored, 'foreign/theirs'), release('foreign/nobodys', stored));
  expect(othersOf(deployments, MINE)).toEqual([]);
  put(deployments, release('elsewhere/ours', stored, 'team/other'));
  expect(othersOf(deployments, MINE)).toEqual(['ours']);
});

test('objects of the blueprint itself, the object under the same name, and other releases are no others', () => {
  const deployments = new Deployments();
  put(deployments, release('team/before', WEB, 'team/mine'), release('team/mine', WEB));
  put(deployments, release('team/other', { releaseName: 'other' }, 'team/other'));
  expect(othersOf(deployments, MINE)).toEqual([]);
});

test('a change names those that it concerns: when one comes, changes, or goes', () => {
  const deployments = new Deployments();
  const other = release('team/other', WEB, 'team/other');
  expect(put(deployments, MINE)).toEqual([]);
  expect(put(deployments, other)).toEqual(['mine']);
  expect(put(deployments, release('team/other', { ...WEB, interval: '1h' }, 'team/other'))).toEqual([]);
  expect(put(deployments, release('team/other', WEB, 'team/third'))).toEqual(['mine']);
  expect(put(deployments, release('team/other', { releaseName: 'b' }, 'team/other'))).toEqual(['mine']);
  expect(othersOf(deployments, MINE)).toEqual([]);
  put(deployments, other);
  expect(names(deployments.set(refOf(other), other.metadata, undefined))).toEqual(['mine']);
  expect(othersOf(deployments, MINE)).toEqual([]);
});

test('one that is no longer there is passed over', () => {
  const deployments = new Deployments();
  put(deployments, MINE, release('team/a', WEB), release('team/b', WEB));
  const blueprint = { namespace: 'team', name: 'mine' };
  const there = ({ ref }: Deployer): boolean => ref.name !== 'a';
  expect(names([deployments.find(blueprint, refOf(MINE), deployed(MINE), there)])).toEqual(['b']);
});

test('what shares nothing shares nothing while the number of changes stays the same', () => {
  const random = new SeededRandom(11);
  const deployments = new Deployments();
  const others = ['team/a', 'team/b'].flatMap((id) => [
    release(id, WEB),
    release(id, { releaseName: 'other' }),
  ]);
  let there = true;
  const isAlone = (): boolean =>
    deployments.find({ namespace: 'team', name: 'mine' }, refOf(MINE), deployed(MINE), () => there) ===
    undefined;
  let kept = 0;
  for (let step = 0; step < 1000; step++) {
    const { changes } = deployments;
    const alone = isAlone();
    if (random.chance(0.2)) there = !there;
    const object = random.pick(others);
    if (random.chance(0.5))
      deployments.set(refOf(object), object.metadata, random.chance(0.5) ? deployed(object) : undefined);
    if (!alone || deployments.changes !== changes) continue;
    expect(isAlone()).toBe(true);
    kept++;
  }
  expect(kept).toBeGreaterThan(100);
});

test('thousands that deploy the same cost no more than a hundred', () => {
  const deployments = new Deployments();
  const many = Array.from({ length: 3000 }, (_, i) => release(`team/r${i}`, WEB));
  const concerned = many.map((object) => put(deployments, object).length);
  expect(Math.max(...concerned)).toBe(100);
  expect(othersOf(deployments, MINE)).toEqual(['r0']);
});

test('the first by its id is named, and rather one with the same variables', () => {
  const layer = (name: string, variable: string): KubeObject => ({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: 'team' },
    spec: {
      path: './apps',
      sourceRef: { kind: 'GitRepository', name: 'x' },
      postBuild: { substitute: { variable } },
    },
  });
  const deployments = new Deployments();
  put(deployments, layer('d', '1'), layer('c', '1'), layer('b', '2'), layer('a', '2'));
  expect(othersOf(deployments, layer('mine', '1'))).toEqual(['c']);
  expect(othersOf(deployments, layer('mine', '3'))).toEqual(['a']);
});

test('a part of an object deploys what the whole does, and an outline that does not say it nothing', () => {
  const { apiVersion, kind, metadata } = MINE;
  const part = { apiVersion, kind, metadata };
  expect(deploymentOf(keepDeployment(part, MINE))).toEqual(deployed(MINE));
  expect(deploymentOf({ ...MINE, [OUTLINE]: 'x' })).toBeUndefined();
  expect(objectId(refOf(part))).toBe(objectId(refOf(MINE)));
});
