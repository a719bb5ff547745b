import { gitSource } from '../../harness/blueprint/blueprints.ts';
import { attackByBlueprints, range, type ToSpec } from '../attack.ts';

function toComponents(name: string, count: number): object[] {
  return range(count).map((i) => ({ name: `${name}-${i}`, kustomization: {} }));
}

/** Variables of 65 kB, of which every Kustomization gets a copy: 400 objects of 0.9 MB. */
export const storageSpec: ToSpec = (random, name) => ({
  sources: [gitSource(`${name}-fleet`)],
  variables: {
    substitute: Object.fromEntries(range(14).map((i) => [`V${i}`, String(random.below(10)).repeat(65_000)])),
  },
  layers: [{ name: 'apps', components: toComponents(name, 400) }],
});

/** As much as a blueprint may make of one text: some twenty objects of a megabyte. */
export const storageWithinBoundsSpec: ToSpec = (random, name) => ({
  sources: [gitSource(`${name}-fleet`)],
  variables: {
    substitute: Object.fromEntries(range(15).map((i) => [`V${i}`, String(random.below(10)).repeat(60_000)])),
  },
  layers: [{ name: 'apps', components: toComponents(name, 20 + random.below(10)) }],
});

/** Disk and memory of the API server, and the operator's memory with it. */
export const storage = attackByBlueprints('storage', storageSpec);

/** The same, by a blueprint that is not refused. */
export const storageWithinBounds = attackByBlueprints('storage-within-bounds', storageWithinBoundsSpec, {
  restMs: 3000,
});
