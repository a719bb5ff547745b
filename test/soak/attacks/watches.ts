import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { attackByBlueprints, range, type ToSpec } from '../attack.ts';

/** Kinds that every cluster has, some of which an account may watch, and some not. */
const KINDS = [
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'batch/v1', kind: 'Job' },
  { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' },
  { apiVersion: 'fluxblueprint.io/v1beta1', kind: 'FluxBlueprint' },
];

/** A thousand objects that are waited for, none of which exists: each a watch of its own, if the operator lets it. */
export const watchesSpec: ToSpec = (random, name) => ({
  sources: [gitSource(`${name}-fleet`)],
  layers: range(10).map((i) => ({
    ...layer(`${name}-${i}`),
    dependsOnObjects: range(100).map((j) => ({
      ...random.pick(KINDS),
      name: `awaited-${i}-${j}-${random.below(1000)}`,
      ...(random.chance(0.3) ? { namespace: `elsewhere-${random.below(20)}` } : {}),
    })),
  })),
});

/** Connections, descriptors and memory, by what is watched. */
export const watches = attackByBlueprints('watches', watchesSpec, { blueprints: 2, rounds: 3 });
