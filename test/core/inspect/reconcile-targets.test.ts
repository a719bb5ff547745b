import { expect, test } from '@jest/globals';
import { type KubeObject, displayName } from '../../../src/api/object.ts';
import {
  chooseTargets,
  describeHandling,
  explainUnknownLayer,
  listPlaces,
  selectGenerated,
} from '../../../src/core/inspect/reconcile-targets.ts';
import { ago, liveBlueprint, ready } from './objects.ts';

const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io/v1';
const SOURCE = 'source.toolkit.fluxcd.io/v1';
const HELM = 'helm.toolkit.fluxcd.io/v2';

function object(
  apiVersion: string,
  kind: string,
  name: string,
  spec: object = {},
  status: object = {},
): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace: 'apps', generation: 1 }, spec, status };
}

const web = object(KUSTOMIZE, 'Kustomization', 'web', {
  sourceRef: { kind: 'GitRepository', name: 'fleet' },
});

test('what is listed are the kinds of Flux, each once in each namespace', () => {
  const inventory = [
    {
      apiVersion: KUSTOMIZE,
      kind: 'Kustomization',
      namespaces: { apps: { web: 1, api: 1 }, edge: { web: 1 } },
    },
    { apiVersion: 'v1', kind: 'ConfigMap', namespaces: { apps: { sops: 0 } } },
    { apiVersion: 'v1', kind: 'Namespace', namespaces: { '': { apps: 0 } } },
  ];
  expect(listPlaces(liveBlueprint('a', { inventory }))).toEqual([
    { apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace: 'apps' },
    { apiVersion: KUSTOMIZE, kind: 'Kustomization', namespace: 'edge' },
  ]);
  const ours =
    'app.kubernetes.io/managed-by=fluxblueprint,fluxblueprint.io/namespace=apps,fluxblueprint.io/name=a';
  expect(selectGenerated({ namespace: 'apps', name: 'a' })).toBe(ours);
  expect(selectGenerated({ namespace: 'apps', name: 'a' }, 'web')).toBe(`${ours},fluxblueprint.io/layer=web`);
});

test('an unknown layer is told with the nearest one, and those of environments are known', () => {
  const spec = {
    layers: [{ name: 'infrastructure' }, { name: 'apps' }],
    environments: [{ name: 'staging', layers: [{ name: 'tests' }] }],
  };
  const blueprint = liveBlueprint('a', undefined, { spec: spec });
  expect(explainUnknownLayer(blueprint, 'apps')).toBeUndefined();
  expect(explainUnknownLayer(blueprint, 'tests')).toBeUndefined();
  expect(explainUnknownLayer(blueprint, 'infrastucture')).toBe(
    'FluxBlueprint a has no layer "infrastucture"; did you mean "infrastructure"?',
  );
});

test('the sources are those of the blueprint and those that its objects name, each once', () => {
  const { sources, others, suspended } = chooseTargets([
    object(SOURCE, 'GitRepository', 'fleet'),
    web,
    object(KUSTOMIZE, 'Kustomization', 'native', {
      sourceRef: { kind: 'GitRepository', name: 'flux', namespace: 'flux' },
    }),
    object(HELM, 'HelmRelease', 'api', {
      chart: { spec: { sourceRef: { kind: 'HelmRepository', name: 'charts' } } },
    }),
    object(HELM, 'HelmRelease', 'ui', { chartRef: { kind: 'OCIRepository', name: 'ui' } }),
    object(HELM, 'HelmRelease', 'of-a-chart', { chartRef: { kind: 'HelmChart', name: 'chart' } }),
    object(KUSTOMIZE, 'Kustomization', 'held', {
      suspend: true,
      sourceRef: { kind: 'Bucket', name: 'held' },
    }),
    object('notification.toolkit.fluxcd.io/v1beta3', 'Provider', 'chat'),
  ]);
  expect(sources.map(displayName)).toEqual([
    'GitRepository/apps/fleet',
    'GitRepository/flux/flux',
    'HelmRepository/apps/charts',
    'OCIRepository/apps/ui',
  ]);
  expect(others.map(({ name }) => name)).toEqual(['web', 'native', 'api', 'ui', 'of-a-chart']);
  expect(suspended.map(({ name }) => name)).toEqual(['held']);
});

test('objects are waited for until each has handled the request and is ready', () => {
  const request = ago(10);
  const at = (handled: string, status: 'True' | 'False', name = 'web'): KubeObject => ({
    ...web,
    metadata: { ...web.metadata, name },
    status: {
      observedGeneration: 1,
      lastHandledReconcileAt: handled,
      conditions: [ready(status, 'no path')],
    },
  });
  expect(describeHandling([at(request, 'True'), undefined], request)).toEqual({
    failed: undefined,
    done: true,
    message: '1/1 ready',
  });
  expect(describeHandling([at(request, 'True'), at(ago(20), 'False', 'api')], request)).toEqual({
    failed: undefined,
    done: false,
    message: '1/2 ready; waiting for Kustomization/apps/api',
  });
  expect(describeHandling([at(request, 'False')], request)).toMatchObject({
    failed: 'Kustomization/apps/web failed: no path',
    done: false,
  });
});
