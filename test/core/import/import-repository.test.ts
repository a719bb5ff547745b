import { expect, test } from '@jest/globals';
import { readRepository } from '../../../src/core/import/clusters/repository.ts';
import { importRepository } from '../../../src/core/import/import-repository.ts';
import { isEqual, summarize } from '../../../src/core/import/summary.ts';
import { importFiles, objectText, onlyText } from './repositories.ts';

const git = '{interval: 5m, url: "https://example.com/fleet.git", ref: {branch: main}}';

function kustomization(name: string, more = ''): string {
  const spec = `{interval: 1h, retryInterval: 2m, timeout: 5m, prune: true, path: ./${name}, sourceRef: {kind: GitRepository, name: fleet}${more}}`;
  return objectText('Kustomization', name, spec);
}

test('what three Kustomizations share is said once, and each takes a line', () => {
  const file =
    objectText('GitRepository', 'fleet', git) +
    kustomization('infrastructure', ', wait: true') +
    kustomization('configs', ', wait: true, dependsOn: [{name: infrastructure}]') +
    kustomization('apps', ', dependsOn: [{name: configs}]');
  const imported = importFiles({ 'flux.yaml': file });
  expect(isEqual(imported)).toBe(true);
  expect(onlyText(imported)).toBe(`apiVersion: fluxblueprint.io/v1beta1
kind: FluxBlueprint
metadata: { name: platform, namespace: flux-system }
spec:
  adoption: Adopt
  defaults: { kustomization: { interval: 1h, retryInterval: 2m, timeout: 5m } }
  sources: [{ name: fleet, git: { interval: 5m, url: https://example.com/fleet.git, ref: { branch: main } } }]
  layers:
    - { name: infrastructure, kustomization: {} }
    - { name: configs, dependsOn: [infrastructure], kustomization: {} }
    - { name: apps, dependsOn: [configs], unset: [wait], kustomization: {} }
`);
});

test('a source that one component of its name uses stands beside it', () => {
  const file =
    objectText('HelmRepository', 'shop', '{interval: 30m, url: "https://charts.example.com"}', 'shop') +
    objectText(
      'HelmRelease',
      'shop',
      '{interval: 15m, chart: {spec: {chart: shop, version: 1.x, sourceRef: {kind: HelmRepository, name: shop}}}}',
      'shop',
    );
  const imported = importFiles({ 'shop.yaml': file });
  expect(isEqual(imported)).toBe(true);
  expect(onlyText(imported)).toContain(
    '    - { name: shop, namespace: shop, helm: { url: https://charts.example.com },\n' +
      '        helmRelease: { chart: { spec: { chart: shop, version: 1.x } } } }\n',
  );
});

test('an OCI chart without a selected layer stays without one', () => {
  const file =
    objectText('OCIRepository', 'web', '{interval: 10m, url: "oci://example.com/web", ref: {tag: "1"}}') +
    objectText('HelmRelease', 'web', '{interval: 15m, chartRef: {kind: OCIRepository, name: web}}');
  const imported = importFiles({ 'web.yaml': file });
  expect(isEqual(imported)).toBe(true);
  expect(onlyText(imported)).toContain('unset: [layerSelector]');
});

test('variables and the key of SOPS that most share have a place of their own', () => {
  const shared =
    ', decryption: {provider: sops, secretRef: {name: sops-age}}, postBuild: {substituteFrom: [{kind: Secret, name: cluster-secrets}]}';
  const names = ['a', 'b', 'c'];
  const file = names.map((name) => kustomization(name, shared)).join('') + kustomization('d');
  const imported = importFiles({ 'flux.yaml': file });
  expect(isEqual(imported)).toBe(true);
  const text = onlyText(imported);
  expect(text).toContain('variables: { substituteFrom: [{ kind: Secret, name: cluster-secrets }] }');
  expect(text).toContain('secrets: { sops: { secretRef: { name: sops-age } } }');
  expect(text).toContain('unset: [wait, postBuild, decryption]');
});

test('a dependency that others imply stays', () => {
  const file =
    kustomization('a') +
    kustomization('b', ', dependsOn: [{name: a}]') +
    kustomization('c', ', dependsOn: [{name: a}, {name: b}]');
  expect(isEqual(importFiles({ 'flux.yaml': file }))).toBe(true);
});

test('objects that Flux or the compiler refuses are left out, and the others stay', () => {
  const file =
    kustomization('good') +
    objectText(
      'Kustomization',
      'no-interval',
      '{prune: true, sourceRef: {kind: GitRepository, name: fleet}}',
    ) +
    objectText('GitRepository', 'no-secret', '{interval: 5m, url: "ssh://git@example.com/x"}') +
    kustomization('one', ', dependsOn: [{name: two}]') +
    kustomization('two', ', dependsOn: [{name: one}]');
  const imported = importFiles({ 'flux.yaml': file });
  expect(isEqual(imported)).toBe(true);
  expect(imported.blueprints.flatMap(({ entries }) => entries.map(({ name }) => name))).toContain('good');
  const reasons = Object.fromEntries(imported.skipped.map(({ what, reason }) => [what, reason]));
  expect(reasons['Kustomization flux-system/no-interval']).toBe(
    'Flux refuses it: spec.interval: is required',
  );
  expect(reasons['GitRepository flux-system/no-secret']).toMatch(/is required for a repository over SSH/);
  expect(Object.values(reasons).some((reason) => reason.includes('go in a circle'))).toBe(true);
});

test('notifications, image automation and External Secrets come too', () => {
  const file =
    objectText('Provider', 'chat', '{type: slack, channel: ops, secretRef: {name: chat}}') +
    objectText(
      'Alert',
      'all',
      '{providerRef: {name: chat}, eventSources: [{kind: Kustomization, name: "*"}]}',
    ) +
    objectText(
      'Receiver',
      'hook',
      '{type: github, secretRef: {name: t}, resources: [{kind: GitRepository, name: fleet}]}',
    ) +
    objectText('ImageRepository', 'web', '{image: example.com/web, interval: 5m}') +
    objectText('ClusterSecretStore', 'vault', '{provider: {fake: {data: []}}}') +
    objectText(
      'ExternalSecret',
      'db',
      '{secretStoreRef: {kind: ClusterSecretStore, name: vault}, data: [{secretKey: a, remoteRef: {key: b}}]}',
      'apps',
    );
  const imported = importFiles({ 'flux.yaml': file });
  expect(summarize(imported)).toMatchObject({ objects: 6, equal: 6, skipped: [] });
});

test('objects of one name in several namespaces keep apart', () => {
  const file = ['a', 'b', 'flux-system']
    .map(
      (namespace) =>
        objectText('Provider', 'chat', '{type: slack, channel: ops, secretRef: {name: chat}}', namespace) +
        objectText(
          'Alert',
          'all',
          '{providerRef: {name: chat}, eventSources: [{kind: Kustomization, name: "*"}]}',
          namespace,
        ) +
        objectText(
          'HelmRepository',
          'charts',
          '{interval: 30m, url: "https://charts.example.com"}',
          namespace,
        ),
    )
    .join('');
  expect(summarize(importFiles({ 'flux.yaml': file }))).toMatchObject({ objects: 9, equal: 9, skipped: [] });
});

test('whoever waits hears what is done at the moment', () => {
  const heard: string[] = [];
  const text = objectText('HelmRepository', 'charts', '{interval: 30m, url: "https://charts.example.com"}');
  const repository = readRepository([{ path: 'charts.yaml', text }]);
  const report = (what: string): void => {
    heard.push(what);
  };
  importRepository(repository, new Map(), { depth: 'all', namespace: 'flux-system', report });
  expect(heard[0]).toBe('looking for the shortest way to write platform');
  expect(heard.at(-1)).toBe('comparing 1 objects of platform');
});
