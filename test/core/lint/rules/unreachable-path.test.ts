import { expect, test } from '@jest/globals';
import { reportedBy } from '../linting.ts';

const RULE = 'unreachable-path';

function reading(source: object, path: string): object {
  return {
    sources: [
      { name: 'fleet', git: { url: 'https://example.com/fleet.git', ref: { branch: 'main' } }, ...source },
    ],
    layers: [{ name: 'apps', path, kustomization: {} }],
  };
}

function sparse(...folders: string[]): object {
  const git = { url: 'https://example.com/fleet.git', ref: { branch: 'main' }, sparseCheckout: folders };
  return { git };
}

const FOUND = ['error spec.layers[0].path apps'];

test.each<[string, object, string, string[]]>([
  ['another folder than onlyPaths keeps', { onlyPaths: ['infra'] }, './apps', FOUND],
  ['a folder of which only the beginning of the name is kept', { onlyPaths: ['app'] }, './apps', FOUND],
  ['another folder than sparseCheckout has', sparse('infra'), './apps', FOUND],
  ['a folder beside one that is kept', { onlyPaths: ['apps/shop', 'infra'] }, 'apps/web', FOUND],
  ['a folder that is kept', { onlyPaths: ['infra', 'apps'] }, './apps/', []],
  ['a folder in one that is kept', { onlyPaths: ['apps'] }, 'apps/shop/base', []],
  ['a folder on the way to one that is kept', { onlyPaths: ['apps/shop'] }, './apps', []],
  ['the root', { onlyPaths: ['infra'] }, './', []],
  ['a way with dots to a folder that is kept', { onlyPaths: ['apps'] }, './infra/../apps', []],
  ['a folder that begins like one that is checked out', sparse('./app'), './apps', []],
  ['a folder on the way to one that is checked out', sparse('apps/shop'), './apps', []],
  [
    'anything, where the source has rules of its own',
    { git: { url: 'https://example.com/f.git', ref: { branch: 'main' }, ignore: '/*\n!/infra\n' } },
    './apps',
    [],
  ],
])('a component that reads %s', (_, source, path, reported) => {
  expect(reportedBy(RULE, reading(source, path))).toEqual(reported);
});

test('a chart in a folder that is left out is found too', () => {
  const spec = {
    sources: [
      {
        name: 'fleet',
        git: { url: 'https://example.com/fleet.git', ref: { branch: 'main' } },
        onlyPaths: ['infra'],
      },
    ],
    layers: [{ name: 'web', helmRelease: { chart: { spec: { chart: './charts/web' } } } }],
  };
  expect(reportedBy(RULE, spec)).toEqual(['error spec.layers[0].helmRelease.chart.spec.chart web']);
});

test('nothing is known of a source that includes others', () => {
  const git = {
    url: 'https://example.com/fleet.git',
    ref: { branch: 'main' },
    include: [{ repository: { name: 'other' } }],
  };
  expect(reportedBy(RULE, reading({ git, onlyPaths: ['infra'] }, './apps'))).toEqual([]);
});
