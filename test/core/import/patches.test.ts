import { expect, test } from '@jest/globals';
import { batchRequests } from '../../../src/core/import/clusters/batch-requests.ts';
import { readRepository } from '../../../src/core/import/clusters/repository.ts';
import { type Imported, importRepository } from '../../../src/core/import/import-repository.ts';
import { isEqual } from '../../../src/core/import/summary.ts';
import { importFiles, objectText, onlyText } from './repositories.ts';

const sync = objectText(
  'Kustomization',
  'cluster',
  '{interval: 10m, prune: true, path: ./cluster, sourceRef: {kind: GitRepository, name: flux-system}}',
);

function parent(more: string): string {
  return objectText(
    'Kustomization',
    'apps',
    `{interval: 10m, prune: true, path: ./apps, sourceRef: {kind: GitRepository, name: flux-system}, ${more}}`,
  );
}

const release = objectText(
  'HelmRelease',
  'web',
  '{interval: 5m, chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: charts}}}, values: {host: "web.${DOMAIN}", port: "${PORT}", key: "${KEY}"}}',
);

const patches =
  'patches: [{target: {kind: HelmRelease}, patch: "- {op: replace, path: /spec/interval, value: 1h}"}]';

/** Imports a cluster whose Kustomization `apps` changes what it deploys, with what kustomize makes of each request. */
function importWith(more: string, built: { text: string } | { wrong: string }): Imported {
  const files = {
    'cluster/gotk-sync.yaml': sync,
    'cluster/apps.yaml': parent(more),
    'apps/web.yaml': release,
  };
  const repository = readRepository(Object.entries(files).map(([path, text]) => ({ path, text })));
  const options = { depth: 'all', namespace: 'flux-system' } as const;
  const { needed } = importRepository(repository, new Map(), options);
  expect(needed.map(({ id }) => id)).toEqual([
    'patches of cluster/apps.yaml:1 Kustomization flux-system/apps',
  ]);
  return importRepository(repository, new Map(needed.map(({ id }) => [id, built])), options);
}

test('objects are taken as their Kustomization patches them, and stand where they stood', () => {
  const imported = importWith(patches, { text: release.replace('5m', '1h') });
  expect(isEqual(imported)).toBe(true);
  expect(onlyText(imported)).toContain('interval: 1h');
  expect(imported.notes.map(({ file }) => file)).not.toContain('patched.yaml');
});

test('where kustomize cannot patch them, they are taken as they are, and told', () => {
  const imported = importWith(patches, { wrong: 'no' });
  expect(isEqual(imported)).toBe(true);
  expect(imported.notes.map(({ message }) => message)).toContain(
    'HelmRelease flux-system/web is deployed by Kustomization flux-system/apps, whose `patches` no longer reach it: compare with the cluster',
  );
});

test('variables that the Kustomization gives are filled in, as in the text, and others stay', () => {
  const imported = importFiles({
    'cluster/gotk-sync.yaml': sync,
    'cluster/apps.yaml': parent(
      'postBuild: {substitute: {DOMAIN: example.com, PORT: "80"}, substituteFrom: [{kind: Secret, name: x}]}',
    ),
    'apps/web.yaml': release,
  });
  expect(isEqual(imported)).toBe(true);
  expect(onlyText(imported)).toContain('values: { host: web.example.com, port: 80, key: "${KEY}" }');
  expect(imported.notes.map(({ message }) => message)).toContain(
    'HelmRelease flux-system/web has variables that Kustomization flux-system/apps fills in: what deploys the blueprint has to fill them in',
  );
});

test('an artifact of a generator leads to the folder that it is made of', () => {
  const imported = importFiles({
    'cluster/gotk-sync.yaml': sync,
    'cluster/artifacts.yaml': `apiVersion: source.extensions.fluxcd.io/v1beta1
kind: ArtifactGenerator
metadata: {name: all, namespace: flux-system}
spec:
  sources: [{alias: repo, kind: GitRepository, name: flux-system}]
  artifacts: [{name: apps, copy: [{from: "@repo/apps/**", to: "@artifact/deploy/"}]}]
`,
    'cluster/apps.yaml': parent('wait: true')
      .replace('./apps', './deploy')
      .replace('kind: GitRepository, name: flux-system', 'kind: ExternalArtifact, name: apps'),
    'apps/web.yaml': release,
  });
  expect(imported.blueprints.flatMap(({ entries }) => entries.map(({ kind }) => kind)).sort()).toEqual([
    'ArtifactGenerator',
    'HelmRelease',
    'Kustomization',
  ]);
});

test('requests for the same patches are put together, unless they have an object of one name', () => {
  const request = (id: string, patch: string, key: string) => ({
    id,
    patches: patch,
    objects: `${id}\n`,
    keys: [key],
  });
  const batches = batchRequests([
    request('a', 'x', '1'),
    request('b', 'x', '2'),
    request('c', 'x', '1'),
    request('d', 'y', '1'),
    { id: 'e', folder: 'f' },
  ]);
  expect(batches.map(({ all }) => all.map(({ id }) => id))).toEqual([['e'], ['a', 'b'], ['c'], ['d']]);
  expect(batches[1]?.request).toEqual({ id: 'a, b', patches: 'x', objects: 'a\n---\nb\n', keys: ['1', '2'] });
});
