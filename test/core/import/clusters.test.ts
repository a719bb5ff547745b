import { expect, test } from '@jest/globals';
import { isEqual } from '../../../src/core/import/summary.ts';
import { importFiles, objectText, onlyText } from './repositories.ts';

const kustomization = (name: string, path: string, more = ''): string =>
  objectText(
    'Kustomization',
    name,
    `{interval: 10m, prune: true, path: ${path}, sourceRef: {kind: GitRepository, name: flux-system}${more}}`,
  );

const sync = (cluster: string): string =>
  objectText('GitRepository', 'flux-system', '{interval: 1m, url: "https://example.com/fleet.git"}') +
  kustomization('flux-system', `./clusters/${cluster}`);

const release = objectText(
  'HelmRelease',
  'web',
  '{interval: 15m, chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: charts}}}}',
  'web',
);

const repository = {
  'clusters/one/flux-system/gotk-sync.yaml': sync('one'),
  'clusters/one/apps.yaml': kustomization('apps', './apps', ', targetNamespace: shop'),
  'clusters/two/flux-system/gotk-sync.yaml': sync('two'),
  'clusters/two/apps.yaml': kustomization('apps', './apps'),
  'apps/kustomization.yaml': 'resources: [web.yaml]\n',
  'apps/web.yaml': release,
  'apps/not-listed.yaml': release.replace('name: web,', 'name: other,'),
};

test('there is a blueprint for each cluster, without what deploys the cluster itself', () => {
  const imported = importFiles(repository, 'orchestration');
  expect(isEqual(imported)).toBe(true);
  expect(imported.blueprints.map(({ name, entries }) => [name, entries.map(({ key }) => key)])).toEqual([
    ['one', ['kustomize.toolkit.fluxcd.io/Kustomization/flux-system/apps']],
    ['two', ['kustomize.toolkit.fluxcd.io/Kustomization/flux-system/apps']],
  ]);
  const stays = imported.skipped.filter(({ reason }) => reason.includes('it stays as it is'));
  expect(stays.map(({ what }) => what)).toEqual([
    'Kustomization flux-system/flux-system',
    'GitRepository flux-system/flux-system',
    'Kustomization flux-system/flux-system',
    'GitRepository flux-system/flux-system',
  ]);
});

test('in depth, what the paths deploy comes too, in the namespace that the Kustomization sets', () => {
  const imported = importFiles(repository);
  expect(isEqual(imported)).toBe(true);
  expect(
    imported.blueprints.map(({ entries }) =>
      entries.filter(({ kind }) => kind === 'HelmRelease').map(({ namespace }) => namespace),
    ),
  ).toEqual([['shop'], ['web']]);
  expect(imported.skipped).toContainEqual({
    file: 'apps/not-listed.yaml',
    line: 1,
    what: 'HelmRelease web/other',
    reason:
      'nothing that was read deploys it: apps/kustomization.yaml does not name it, or no path leads there',
  });
});

test('a namespace that kustomize sets is that of the objects', () => {
  const imported = importFiles({
    'kustomization.yaml': 'namespace: prod\nresources: [web.yaml]\n',
    'web.yaml': release,
  });
  expect(onlyText(imported)).toContain('namespace: prod');
});

test('an overlay asks for kustomize before anything is said', () => {
  const files = { ...repository, 'apps/kustomization.yaml': 'resources: [web.yaml]\nnamePrefix: my-\n' };
  expect(importFiles(files)).toMatchObject({
    needed: [{ id: 'overlay apps', folder: 'apps' }],
    blueprints: [],
  });
});
