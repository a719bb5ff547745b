import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { isEqual } from '../../../src/core/import/summary.ts';
import { importFiles, objectText } from './repositories.ts';

const source = (namespace: string): string =>
  objectText('GitRepository', 'team', '{interval: 5m, url: "https://example.com/team.git"}', namespace);

const deployment = (name: string, namespace: string, account: string): string =>
  objectText(
    'Kustomization',
    name,
    `{interval: 10m, prune: true, path: ./${name}, serviceAccountName: ${account}, sourceRef: {kind: GitRepository, name: team}}`,
    namespace,
  );

test('a namespace that is deployed by an account of its own, from a source of its own, is a blueprint of its own', () => {
  const imported = importFiles({
    'platform.yaml': objectText(
      'HelmRepository',
      'charts',
      '{interval: 30m, url: "https://charts.example.com"}',
    ),
    'tenants/red.yaml':
      source('red') + deployment('apps', 'red', 'red-team') + deployment('jobs', 'red', 'red-team'),
  });
  expect(isEqual(imported)).toBe(true);
  expect(imported.blueprints.map(({ name, namespace, equal }) => [name, namespace, equal])).toEqual([
    ['platform', 'flux-system', 1],
    ['red', 'red', 3],
  ]);
  const blueprint: unknown = parse(imported.blueprints[1]?.text ?? '');
  expect(blueprint).toMatchObject({
    metadata: { name: 'red', namespace: 'red' },
    spec: { serviceAccountName: 'red-team' },
  });
  expect(JSON.stringify(blueprint).split('red-team')).toHaveLength(2);
});

test('a namespace with several accounts, or without a source, is no tenant', () => {
  const imported = importFiles({
    'blue.yaml': source('blue') + deployment('apps', 'blue', 'one') + deployment('jobs', 'blue', 'two'),
    'green.yaml': deployment('apps', 'green', 'green-team'),
  });
  expect(isEqual(imported)).toBe(true);
  expect(imported.blueprints.map(({ name }) => name)).toEqual(['platform']);
});
