import { expect, test } from '@jest/globals';
import { isEqual, summarize } from '../../../src/core/import/summary.ts';
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

test('what clusters have alike is one blueprint of its own, counted in each of them, where that saves lines', () => {
  const apps = Array.from({ length: 12 }, (_, i) => kustomization(`app-${i}`, `./apps/${i}`)).join('');
  const shared = {
    ...repository,
    'clusters/one/more.yaml': kustomization('more', './more'),
    'clusters/two/more.yaml': kustomization('more', './more'),
    'more/apps.yaml': apps,
  };
  const imported = importFiles(shared, 'orchestration');
  expect(imported.blueprints.map(({ name, sharedBy, equal }) => [name, sharedBy, equal])).toEqual([
    ['one', [], 1],
    ['two', [], 1],
    ['shared', ['clusters/one', 'clusters/two'], 13],
  ]);
  expect(summarize(imported)).toMatchObject({ objects: 28, equal: 28 });
});

test('a folder beside those of clusters is a cluster too, unless one of them deploys it', () => {
  const imported = importFiles({
    ...repository,
    'clusters/two/apps.yaml': kustomization('apps', './clusters/base'),
    'clusters/base/base.yaml': kustomization('base', './base'),
    'clusters/three/apps.yaml': kustomization('apps', './apps'),
    'clusters/three/flux-system.yaml': '',
  });
  expect(imported.blueprints.map(({ name, entries }) => [name, entries.map((entry) => entry.name)])).toEqual([
    ['one', ['web', 'apps']],
    ['two', ['base', 'apps']],
    ['three', ['web', 'apps']],
  ]);
});
