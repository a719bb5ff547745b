import { gitSource } from '../../harness/blueprint/blueprints.ts';
import { attackByBlueprints, range, type ToSpec } from '../attack.ts';

/** Annotations that all objects get, in all, some or the most that fit. */
export const metadataSpec: ToSpec = (random, name) => ({
  sources: [gitSource(`${name}-fleet`)],
  commonMetadata: {
    annotations: Object.fromEntries(
      range(1 + random.below(3)).map((i) => [`note-${i}`, String(random.below(10)).repeat(20_000)]),
    ),
    labels: Object.fromEntries(range(40).map((i) => [`label-${i}`, 'x'.repeat(63)])),
  },
  layers: [
    {
      name: 'apps',
      components: range(50 + random.below(400)).map((i) => ({ name: `${name}-${i}`, kustomization: {} })),
    },
  ],
});

/** Memory and requests, by metadata that is copied onto every object. */
export const metadata = attackByBlueprints('metadata', metadataSpec);
