import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { isEqual } from '../../../src/core/import/summary.ts';
import { importFiles, objectText } from './repositories.ts';

const source = '{kind: GitRepository, name: flux-system}';

function kustomization(name: string, path: string, more = ''): string {
  const spec = `{interval: 10m, prune: true, wait: true, path: ${path}, sourceRef: ${source}${more}}`;
  return objectText('Kustomization', name, spec);
}

const JOBS = Array.from({ length: 9 }, (_, i) => `job-${i}`);

function environment(name: string, more: string): string {
  return [
    kustomization(`infra-${name}`, `./infra/${name}`),
    kustomization(`database-${name}`, './database', `, dependsOn: [{name: infra-${name}}]`),
    kustomization(`shop-${name}`, `./shop/${name}`, `, dependsOn: [{name: database-${name}}]${more}`),
    kustomization(`mail-${name}`, './mail', `, dependsOn: [{name: database-${name}}, {name: shared}]`),
    ...JOBS.map((job) => kustomization(`${job}-${name}`, `./jobs/${job}`)),
  ].join('');
}

test('components that come once for each environment become one blueprint with environments', () => {
  const imported = importFiles({
    'staging.yaml': environment('staging', ', retryInterval: 1m'),
    'production.yaml': environment('production', ', suspend: true, retryInterval: 5m'),
    'shared.yaml': kustomization('shared', './shared'),
  });
  expect(isEqual(imported)).toBe(true);
  const names = imported.blueprints.map(({ name, entries }) => [name, entries.length]);
  expect(names).toEqual([
    ['platform', 1],
    ['platform-environments', 26],
  ]);
  const { spec } = parse(imported.blueprints[1]?.text ?? '') as {
    spec: { layers: { name: string }[]; environments: unknown };
  };
  expect(spec.layers.map(({ name }) => name).sort()).toEqual(['database', 'infra', ...JOBS, 'mail', 'shop']);
  // What is suspended in one cannot be taken back by another one, so that this one is the change.
  expect(spec.environments).toMatchObject([
    { name: 'staging' },
    { name: 'production', layers: expect.arrayContaining([{ name: 'infra', path: './infra/production' }]) },
  ]);
});

test('names that end in other words, or in one environment only, are names', () => {
  const files = {
    'a.yaml': ['loki-read', 'loki-write', 'shop-production', 'web-staging']
      .map((name) => kustomization(name, `./${name}`))
      .join(''),
  };
  const imported = importFiles(files);
  expect(isEqual(imported)).toBe(true);
  expect(imported.blueprints.map(({ name }) => name)).toEqual(['platform']);
  expect(imported.blueprints[0]?.text).not.toContain('environments:');
});

test('environments that no override can tell apart stay as they are', () => {
  const imported = importFiles({
    'a.yaml': environment('staging', ', timeout: 3m'),
    'b.yaml': environment('production', ', targetNamespace: shop'),
  });
  expect(isEqual(imported)).toBe(true);
});

test('the same components in a namespace for each environment become one too', () => {
  const files = ['staging', 'production'].map((namespace) => {
    const objects = ['infra', 'apps', ...JOBS].map((name) =>
      objectText(
        'Kustomization',
        name,
        `{interval: 10m, prune: true, wait: true, path: ./${name}, sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}`,
        namespace,
      ),
    );
    return [`${namespace}.yaml`, objects.join('')] as const;
  });
  const imported = importFiles(Object.fromEntries(files));
  expect(isEqual(imported)).toBe(true);
  expect(imported.blueprints).toHaveLength(1);
  const { spec } = parse(imported.blueprints[0]?.text ?? '') as { spec: { environments: unknown } };
  expect(spec.environments).toMatchObject([
    { name: 'production', namespace: 'production', suffix: '' },
    { name: 'staging', namespace: 'staging', suffix: '' },
  ]);
});
