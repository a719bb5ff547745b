import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { KubeObject } from '../../../src/api/object.ts';
import { compile } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';

/**
 * The sample platform against the objects that the GitOps patterns write by hand, field by field. Where what is
 * generated differs, it does so on purpose, and a test of its own says so.
 */
const objects = compilePlatform();

function compilePlatform(): Map<string, KubeObject> {
  const sample = readFileSync(new URL('../../../config/samples/platform.yaml', import.meta.url), 'utf8');
  const compiled = compile(parse(sample), offlineContext());
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return new Map(
    compiled.desired.objects.map(({ manifest }) => [`${manifest.kind}/${manifest.metadata.name}`, manifest]),
  );
}

function generated(name: string): KubeObject {
  const found = objects.get(name);
  if (found === undefined) throw new Error(`no ${name} among ${[...objects.keys()].join(', ')}`);
  return found;
}

function specOf(name: string): Record<string, unknown> {
  return generated(name)['spec'] as Record<string, unknown>;
}

const POST_BUILD = {
  substitute: { CLUSTER_NAME: 'production', DOMAIN: 'example.com', ENVIRONMENT: 'prod' },
  substituteFrom: [
    { kind: 'ConfigMap', name: 'cluster-vars' },
    { kind: 'Secret', name: 'cluster-secrets' },
  ],
};
const DECRYPTION = { provider: 'sops', secretRef: { name: 'sops-age' } };
const FLEET = { kind: 'GitRepository', name: 'flux-system' };

test('the GitRepository is the one of the patterns; the folders of ignore are sorted, on purpose', () => {
  expect(generated('GitRepository/flux-system')).toMatchObject({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'flux-system', namespace: 'flux-system' },
  });
  const { ignore, ...spec } = specOf('GitRepository/flux-system');
  expect(spec).toEqual({
    interval: '10m',
    url: 'https://github.com/org/repo',
    ref: { branch: 'main' },
    secretRef: { name: 'flux-system' },
  });
  const written = '/*\n!/clusters/\n!/infrastructure/\n!/apps/\n';
  expect(ignore).toBe('/*\n!/apps/\n!/clusters/\n!/infrastructure/\n');
  expect(String(ignore).split('\n').sort()).toEqual(written.split('\n').sort());
});

test('the OCIRepository is the one of the patterns, in v1, the version that Flux serves now instead of v1beta2', () => {
  expect(generated('OCIRepository/podinfo')).toMatchObject({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    metadata: { name: 'podinfo', namespace: 'flux-system' },
  });
  expect(specOf('OCIRepository/podinfo')).toEqual({
    interval: '10m',
    url: 'oci://ghcr.io/stefanprodan/manifests/podinfo',
    ref: { tag: 'latest' },
    provider: 'generic',
  });
});

test('the HelmRepository is the one of the patterns', () => {
  expect(generated('HelmRepository/bitnami')).toMatchObject({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    metadata: { name: 'bitnami', namespace: 'flux-system' },
  });
  expect(specOf('HelmRepository/bitnami')).toEqual({
    interval: '30m',
    url: 'https://charts.bitnami.com/bitnami',
  });
});

test('the Kustomization apps is the one of the patterns, with the variables and the key of the platform', () => {
  expect(generated('Kustomization/apps')).toMatchObject({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    metadata: { name: 'apps', namespace: 'flux-system' },
  });
  const { dependsOn, ...spec } = specOf('Kustomization/apps');
  expect(spec).toEqual({
    interval: '10m',
    path: './apps',
    prune: true,
    wait: true,
    sourceRef: FLEET,
    postBuild: POST_BUILD,
    decryption: DECRYPTION,
  });
  expect(dependsOn).toContainEqual({ name: 'configs' });
});

test('apps depends on infrastructure by way of configs and dashboards: the fewest edges, on purpose', () => {
  expect(specOf('Kustomization/apps')['dependsOn']).toEqual([{ name: 'configs' }, { name: 'dashboards' }]);
  expect(specOf('Kustomization/configs')['dependsOn']).toEqual([{ name: 'infrastructure' }]);
  expect(specOf('Kustomization/dashboards')['dependsOn']).toEqual([{ name: 'infrastructure' }]);
});

test('every Kustomization gets the variables and the SOPS key, once written', () => {
  for (const name of ['infrastructure', 'configs', 'dashboards', 'apps']) {
    expect(specOf(`Kustomization/${name}`)).toMatchObject({ postBuild: POST_BUILD, decryption: DECRYPTION });
  }
});

test('the Provider is the one of the patterns', () => {
  expect(generated('Provider/discord')).toMatchObject({
    apiVersion: 'notification.toolkit.fluxcd.io/v1beta3',
    metadata: { name: 'discord', namespace: 'flux-system' },
    spec: { type: 'discord', secretRef: { name: 'discord-webhook' } },
  });
});

test('the Alert is the one of the patterns, but names each object instead of wildcards, on purpose', () => {
  expect(generated('Alert/on-call-alerts')).toMatchObject({
    apiVersion: 'notification.toolkit.fluxcd.io/v1beta3',
    metadata: { name: 'on-call-alerts', namespace: 'flux-system' },
  });
  const { eventSources, ...spec } = specOf('Alert/on-call-alerts');
  expect(spec).toEqual({ providerRef: { name: 'discord' }, eventSeverity: 'error' });
  const heard = (eventSources as { kind: string; name: string }[]).map(({ kind, name }) => `${kind}/${name}`);
  expect(heard).toEqual([
    'GitRepository/flux-system',
    'HelmRelease/prometheus',
    'HelmRepository/bitnami',
    'Kustomization/apps',
    'Kustomization/configs',
    'Kustomization/dashboards',
    'Kustomization/infrastructure',
    'OCIRepository/podinfo',
  ]);
  // The kinds of the wildcards are all heard; `namespace: '*'` has no match on a locked-down cluster.
  for (const kind of ['GitRepository', 'Kustomization', 'HelmRelease']) {
    expect(heard.some((name) => name.startsWith(`${kind}/`))).toBe(true);
  }
  expect(JSON.stringify(eventSources)).not.toContain('*');
});

test('infrastructure comes first, then configs and monitoring, then apps', () => {
  const position = (name: string): number => [...objects.keys()].indexOf(name);
  const order = [
    'Kustomization/infrastructure',
    'Kustomization/configs',
    'Kustomization/dashboards',
    'Kustomization/apps',
  ];
  expect(order.map(position)).toEqual(order.map(position).sort((a, b) => a - b));
  expect(position('HelmRelease/prometheus')).toBeGreaterThan(position('Kustomization/infrastructure'));
  expect(position('HelmRelease/prometheus')).toBeLessThan(position('Kustomization/dashboards'));
});

test.each([
  ['GitRepository/flux-system', '10m'],
  ['HelmRepository/bitnami', '30m'],
  ['Kustomization/apps', '10m'],
  ['HelmRelease/prometheus', '15m'],
  ['OCIRepository/podinfo', '10m'],
])('%s has the interval of the guideline, %s', (name, interval) => {
  expect(specOf(name)['interval']).toBe(interval);
});

test('the HelmRelease takes its chart from the repository of the patterns', () => {
  expect(specOf('HelmRelease/prometheus')).toMatchObject({
    chart: {
      spec: {
        chart: 'kube-prometheus',
        version: '9.x',
        sourceRef: { kind: 'HelmRepository', name: 'bitnami' },
      },
    },
    targetNamespace: 'monitoring',
    install: { createNamespace: true },
  });
});

test('beyond the patterns every object carries our labels, and nothing else is generated', () => {
  for (const { metadata } of objects.values()) {
    expect(metadata.labels).toMatchObject({
      'app.kubernetes.io/managed-by': 'fluxblueprint',
      'fluxblueprint.io/name': 'platform',
      'fluxblueprint.io/namespace': 'flux-system',
    });
  }
  expect([...objects.keys()].sort()).toEqual([
    'Alert/on-call-alerts',
    'GitRepository/flux-system',
    'HelmRelease/prometheus',
    'HelmRepository/bitnami',
    'Kustomization/apps',
    'Kustomization/configs',
    'Kustomization/dashboards',
    'Kustomization/infrastructure',
    'OCIRepository/podinfo',
    'Provider/discord',
  ]);
});
