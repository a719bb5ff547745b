import { expect, test } from '@jest/globals';
import { Label, MANAGED_BY } from '../../../src/api/names.ts';
import { type KubeObject, refOf } from '../../../src/api/object.ts';
import { printTree } from '../../../src/core/text/tree.ts';
import { matchKind } from '../../../src/core/trace/kind-word.ts';
import { linkOf } from '../../../src/core/trace/links.ts';
import { describeDesired, findDesired } from '../../../src/core/trace/origin.ts';
import { describeAddress } from '../../../src/core/trace/sources.ts';
import type { TraceStep } from '../../../src/core/trace/step.ts';
import { listWrong, treeOfTrace } from '../../../src/core/trace/trace-tree.ts';
import { NOW, ready } from '../inspect/objects.ts';
import { plain } from '../text/marked.ts';

function object(
  kind: string,
  apiVersion: string,
  name: string,
  more: Record<string, unknown> = {},
): KubeObject {
  const { metadata = {}, ...rest } = more as { metadata?: object };
  return { apiVersion, kind, metadata: { name, namespace: 'apps', ...metadata }, ...rest };
}

const FLUX = { name: 'kustomize.toolkit.fluxcd.io/name', namespace: 'kustomize.toolkit.fluxcd.io/namespace' };
const HELM = { name: 'helm.toolkit.fluxcd.io/name', namespace: 'helm.toolkit.fluxcd.io/namespace' };
const by = (keys: { name: string; namespace: string }, name: string): object => ({
  labels: { [keys.name]: name, [keys.namespace]: 'flux-system' },
});

test.each([
  [
    'an owner',
    { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'u' }] },
    'owner ReplicaSet apps web-1',
  ],
  ['a Kustomization', by(FLUX, 'apps'), 'kustomize Kustomization flux-system apps'],
  ['a HelmRelease', by(HELM, 'web'), 'helm HelmRelease flux-system web'],
  [
    'a release of Helm',
    { annotations: { 'meta.helm.sh/release-name': 'web', 'meta.helm.sh/release-namespace': 'shop' } },
    'release HelmRelease shop web',
  ],
  [
    'a blueprint',
    { labels: { [Label.ManagedBy]: MANAGED_BY, [Label.Name]: 'platform', [Label.Namespace]: 'apps' } },
    'blueprint FluxBlueprint apps platform',
  ],
  ['nothing', { labels: { [FLUX.name]: 'apps', 'app.kubernetes.io/managed-by': 'Helm' } }, undefined],
  [
    'nonsense',
    { labels: { [FLUX.name]: 7, [FLUX.namespace]: {} }, ownerReferences: 'x', annotations: [] },
    undefined,
  ],
])('an object says that %s made it', (_, metadata, expected) => {
  const link = linkOf(object('Deployment', 'apps/v1', 'web', { metadata }));
  const told = link && [link.via, link.ref.kind, link.ref.namespace, link.ref.name].join(' ');
  expect(told).toBe(expected);
});

const deployment = object('Deployment', 'apps/v1', 'web', {
  metadata: { generation: 1, ...by(FLUX, 'apps') },
  spec: { replicas: 1 },
  status: {
    observedGeneration: 1,
    replicas: 1,
    updatedReplicas: 1,
    readyReplicas: 1,
    availableReplicas: 1,
    conditions: [{ type: 'Available', status: 'True' }],
  },
});
const source = object('GitRepository', 'source.toolkit.fluxcd.io/v1', 'fleet', {
  metadata: { generation: 1, namespace: 'flux-system' },
  spec: { url: 'https://me:secret@example.com/fleet.git?token=x' },
  status: {
    observedGeneration: 1,
    conditions: [ready('True', 'stored artifact')],
    artifact: { revision: 'main@sha1:0123456789abcdef0123456789abcdef01234567' },
  },
});

function kustomization(status: object): KubeObject {
  return object('Kustomization', 'kustomize.toolkit.fluxcd.io/v1', 'apps', {
    metadata: {
      generation: 1,
      namespace: 'flux-system',
      labels: { [Label.ManagedBy]: MANAGED_BY, [Label.Name]: 'platform', [Label.Namespace]: 'flux-system' },
    },
    spec: { path: './apps', sourceRef: { kind: 'GitRepository', name: 'fleet' } },
    status: {
      observedGeneration: 1,
      conditions: [ready('True', 'applied')],
      lastAppliedRevision: 'main@sha1:0123456789abcdef0123456789abcdef01234567',
      inventory: { entries: [{ id: 'apps_web_apps_Deployment', v: 'v1' }] },
      ...status,
    },
  });
}

function stepsOf(...objects: KubeObject[]): TraceStep[] {
  return objects.map((one, i) => {
    const before = objects[i - 1];
    const step = { ref: refOf(one), object: one, link: before && linkOf(before) };
    return one.kind === 'Kustomization'
      ? { ...step, source: { ref: refOf(source), object: source, link: undefined } }
      : step;
  });
}

test('a trace is a tree from the object to the source, and addresses have no passwords', () => {
  const steps = stepsOf(deployment, kustomization({}));
  expect(printTree(treeOfTrace(steps, NOW), plain(120))).toBe(`✔ Deployment/apps/web
└ ✔ Kustomization/flux-system/apps  applied it  main@sha1:01234567  path ./apps
  └ ✔ GitRepository/flux-system/fleet  source  https://example.com/fleet.git  main@sha1:01234567
`);
  expect(listWrong(steps, NOW)).toEqual([]);
  expect(describeAddress(source)).toBe('https://example.com/fleet.git');
});

test('what is wrong on the way is told, the farthest first', () => {
  const failed = { conditions: [ready('False', 'no such path as ./apps', 'ArtifactFailed')] };
  const broken = object('Deployment', 'apps/v1', 'web', {
    ...deployment,
    metadata: { ...deployment.metadata },
    status: { observedGeneration: 1, replicas: 0 },
  });
  const wrong = listWrong(stepsOf(broken, kustomization(failed)), NOW);
  expect(wrong).toHaveLength(2);
  expect(wrong[0]).toBe('Kustomization/flux-system/apps: no such path as ./apps');
});

test('a label that the inventory does not confirm is told: anybody can write one', () => {
  const steps = stepsOf(deployment, kustomization({ inventory: { entries: [] } }));
  expect(listWrong(steps, NOW)).toEqual([
    'Kustomization/flux-system/apps: Deployment/apps/web is labelled as its object, and is not in its inventory: it was made or labelled by somebody else, or is not pruned yet',
  ]);
});

test('what is gone, or may not be read, is a step all the same', () => {
  const [first] = stepsOf(deployment);
  const link = linkOf(deployment);
  if (first === undefined || link === undefined) throw new Error('no step');
  const gone = [first, { ref: link.ref, object: undefined, link }];
  expect(listWrong(gone, NOW)).toEqual([
    'Kustomization/flux-system/apps: there is no Kustomization/flux-system/apps',
  ]);
  const hidden = [first, { ref: link.ref, object: undefined, link, hidden: 'you may not get it' }];
  expect(printTree(treeOfTrace(hidden, NOW), plain(80))).toContain(
    '└ ◎ Kustomization/flux-system/apps  applied it',
  );
});

test('a blueprint says which of its parts asks for the object', () => {
  const blueprint = object('FluxBlueprint', 'fluxblueprint.io/v1beta1', 'platform', {
    metadata: { namespace: 'flux-system' },
    spec: {
      sources: [{ name: 'fleet', git: { url: 'https://example.com/fleet.git' } }],
      layers: [{ name: 'apps', kustomization: {} }],
    },
  });
  const desired = findDesired(blueprint, kustomization({}));
  expect(describeDesired(desired, (path) => path)).toBe('as apps, spec.layers[0]');
  expect(describeDesired(findDesired(blueprint, deployment), (path) => path)).toBe(
    'it does not ask for it now',
  );
});

const SERVED = [
  { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true },
  { group: 'apps', version: 'v1', kind: 'Deployment', plural: 'deployments', namespaced: true },
  { group: 'extensions', version: 'v1', kind: 'Deployment', plural: 'deployments', namespaced: true },
  {
    group: 'helm.toolkit.fluxcd.io',
    version: 'v2',
    kind: 'HelmRelease',
    plural: 'helmreleases',
    namespaced: true,
  },
];

test.each([
  ['deployment', 'apps'],
  ['Deployments', 'apps'],
  ['deploy', 'apps'],
  ['deployments.extensions', 'extensions'],
  ['hr', 'helm.toolkit.fluxcd.io'],
  ['po', ''],
])('the word %s means a kind of %s', (word, group) => {
  const found = matchKind(word, SERVED);
  expect(typeof found === 'string' ? found : found.group).toBe(group);
});

test('a kind that is not served is told with the nearest one', () => {
  expect(matchKind('deploymnt', SERVED)).toMatch(/^serves no kind "deploymnt"; did you mean "?[dD]eployment/);
  expect(matchKind('__proto__', SERVED)).toMatch(/^serves no kind "__proto__"/);
});
