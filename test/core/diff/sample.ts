import { type BlueprintDiff, changesOf, pairObjects } from '../../../src/core/diff/changes.ts';
import { objectsOf } from '../compiling.ts';

/** The diff of two specs of one blueprint. */
export function diffOf(before: object, after: object): BlueprintDiff {
  return {
    key: { namespace: 'flux-system', name: 'demo' },
    compared: 'one spec with another',
    hasEnvironments: 'environments' in after,
    ...changesOf(pairObjects(objectsOf(before), objectsOf(after))),
    refusals: [],
  };
}

const PATCH = `- op: replace
  path: /spec/replicas
  value: 2
- op: add
  path: /metadata/labels/team
  value: shop
- op: add
  path: /metadata/labels/tier
  value: front
`;

const source = { name: 'fleet', git: { url: 'https://example.com/fleet.git', ref: { branch: 'main' } } };

/** A chart's values, with a credential in them. */
const release = (password: string, replicas: number): object => ({
  name: 'database',
  helm: { url: 'https://charts.example.com' },
  helmRelease: {
    chart: { spec: { chart: 'postgresql', version: '16.x' } },
    values: { auth: { password }, replicas, description: 'the shop’s database — 日本語' },
  },
});

const environments = [{ name: 'staging' }, { name: 'production', after: 'staging' }];

/** A change of every kind: objects and fields that come, go and differ; texts of several lines; a credential. */
export const SAMPLE = diffOf(
  {
    sources: [source],
    layers: [
      { name: 'base', source: 'fleet', kustomization: { interval: '10m' } },
      release('zU8ieshoo9aexah7', 1),
      { name: 'old', source: 'fleet', kustomization: {} },
      {
        name: 'apps',
        source: 'fleet',
        dependsOn: ['base', 'old'],
        kustomization: { patches: [{ patch: PATCH, target: { kind: 'Deployment' } }] },
      },
    ],
    environments,
  },
  {
    sources: [source],
    layers: [
      { name: 'base', source: 'fleet', kustomization: { interval: '5m', timeout: '3m', force: true } },
      release('ohdah5Caeth6iw1u', 3),
      {
        name: 'apps',
        source: 'fleet',
        dependsOn: ['base'],
        kustomization: {
          patches: [{ patch: PATCH.replace('value: shop', 'value: web'), target: { kind: 'Deployment' } }],
        },
      },
      { name: 'new', source: 'fleet', dependsOn: ['apps'], kustomization: { path: './new' } },
    ],
    environments,
  },
);
