import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { attackByBlueprints, range, type ToSpec } from '../attack.ts';

/** Groups in which a blueprint may generate objects of any kind. */
const GROUPS = ['source.toolkit.fluxcd.io', 'image.toolkit.fluxcd.io', 'fluxcd.controlplane.io'];

/** Kinds that no cluster serves, as objects to generate and as objects to wait for, others at each edit. */
export const inventedKindsSpec: ToSpec = (random, name) => {
  const invent = (): string => `Kind${random.below(1_000_000)}`;
  const objects = range(400).map((i) => ({
    name: `${name}-${i}`,
    object: { apiVersion: `${random.pick(GROUPS)}/v${1 + random.below(50)}`, kind: invent(), spec: {} },
  }));
  const awaited = range(100).map((i) => ({
    apiVersion: `group-${random.below(1000)}.example.com/v1`,
    kind: invent(),
    name: `awaited-${i}`,
  }));
  return {
    sources: [gitSource(`${name}-fleet`)],
    layers: [
      { name: 'objects', components: objects },
      { ...layer(`${name}-waits`), dependsOnObjects: awaited },
    ],
  };
};

/** Discovery requests, and lists that never shrink. */
export const inventedKinds = attackByBlueprints('invented-kinds', inventedKindsSpec, {
  rounds: 4,
  restMs: 1000,
});
