import type { SeededRandom } from '../../harness/random.ts';

/** The lists of a blueprint; those inside a Flux block are data, whose order is Flux's. */
const OUR_LISTS = new Set([
  ...['sources', 'layers', 'components', 'dependsOn', 'dependsOnObjects', 'unset', 'onlyPaths', 'namespaces'],
  ...['environments', 'externalSecrets', 'providers', 'alerts', 'receivers'],
]);
const FLUX_BLOCKS = new Set([
  ...['git', 'oci', 'helm', 'bucket', 'kustomization', 'helmRelease', 'sourceRef', 'object', 'creationRules'],
]);

/** The same blueprint with its maps, and where `lists` says so its lists, in another order. */
export function shuffle(value: unknown, random: SeededRandom, lists: boolean, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => shuffle(item, random, lists));
    return lists && OUR_LISTS.has(key) ? random.shuffle(items) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const shuffled: Record<string, unknown> = {};
  for (const [name, field] of random.shuffle(Object.entries(value))) {
    const inner = shuffle(field, random, lists && !FLUX_BLOCKS.has(name), name);
    Object.defineProperty(shuffled, name, {
      value: inner,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return shuffled;
}
