/**
 * Blueprints that a fuzzer can breed: a genome is a short list of changes to a small blueprint, so that a find is a few
 * lines however large the blueprint is that it makes. Every list of genes makes some blueprint, because a gene names
 * places by numbers that are taken modulo the places there are. Begin with {@link buildSpec}.
 */
import { Spec } from '../../src/api/schema/spec.ts';
import type { Schema } from '../../src/core/validation/check-schema.ts';
import type { SeededRandom } from '../harness/random.ts';
import { BASES } from './bases.ts';
import { type Container, type Place, makeValue, placesOf } from './places.ts';

/** One change. What `with` and `count` mean depends on the kind; see {@link CHANGES}. */
export interface Gene {
  kind: keyof typeof CHANGES;
  at: number;
  with: number;
  count: number;
}

/** A blueprint in short. */
export interface Genome {
  /** The number of one of {@link BASES}. */
  base: number;
  genes: readonly Gene[];
}

/** The largest spec, in bytes as JSON: a little less than a cluster stores. */
const MAX_BYTES = 1_400_000;

/** The pieces that texts are filled with: those at which the searches in texts begin. */
const PIECES = [
  'a',
  'a-',
  '.',
  '/',
  '${a:-',
  'eyJ',
  '://a:',
  '\n',
  'kind: Secret\n',
  '- &a [*a]\n',
  'password',
  '1m',
  '\u{1f600}',
  '"',
];

/** What a change works on. */
interface Change extends Omit<Gene, 'kind'> {
  place: Place;
  other: Place;
  spec: Container;
}

/** The kinds of change. */
const CHANGES = {
  /** Adds a field that the schema knows. */
  add: ({ place, with: which }: Change): void => {
    const value = place.parent[place.key];
    const fields = Object.entries(place.schema?.properties ?? {});
    const [name, schema] = fields[which % Math.max(1, fields.length)] ?? [];
    if (name !== undefined && isContainer(value) && !Object.hasOwn(value, name))
      value[name] = makeValue(schema);
  },
  /** Copies a value to another place. */
  copy: ({ place, other }: Change): void => {
    place.parent[place.key] = copyOf(other.parent[other.key]);
  },
  /** Repeats an item of a list, or a field of an object, under other names. */
  multiply: ({ place: { parent, key }, count }: Change): void => {
    const value = parent[key];
    for (let i = 0; i < count; i++) {
      const next = renamed(value, i);
      if (Array.isArray(parent)) parent.push(next);
      else parent[`${String(key)}${i}`] = next;
    }
  },
  /** Fills a text. */
  fill: ({ place: { parent, key }, with: which, count }: Change): void => {
    if (typeof parent[key] === 'string') parent[key] = (PIECES[which % PIECES.length] ?? '').repeat(count);
  },
  /** Puts a value deep into lists or objects. */
  nest: ({ place: { parent, key }, with: which, count }: Change): void => {
    for (let i = 0; i < Math.min(count, 200); i++)
      parent[key] = which % 2 === 0 ? [parent[key]] : { [`k${which % 7}`]: parent[key] };
  },
  /** Has one text name what another one does. */
  refer: ({ place, other }: Change): void => {
    if (typeof place.parent[place.key] === 'string' && typeof other.parent[other.key] === 'string')
      place.parent[place.key] = other.parent[other.key];
  },
  /** Takes a value away. */
  omit: ({ place: { parent, key } }: Change): void => {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else Reflect.deleteProperty(parent, key);
  },
  /** Has everything depend on one layer or component, or on all layers. */
  depend: ({ spec, with: which, count }: Change): void => {
    const names = itemsOf(spec, 'layers').map(({ name }) => String(name));
    itemsOf(spec, 'layers').forEach((layer, i) => {
      const earlier = names.slice(0, i);
      const on =
        which % 2 === 0 ? earlier.slice(-(count % 100) - 1) : Array(count % 100).fill(earlier[0] ?? 'x');
      for (const item of which % 3 === 0 ? [layer] : itemsOf(layer, 'components')) item['dependsOn'] = on;
    });
  },
  /** Adds environments that leave out, or change, layers. */
  vary: ({ spec, with: which, count, at }: Change): void => {
    const layers = itemsOf(spec, 'layers').filter((_, i) => (i + at) % 3 > 0);
    const change = which % 2 === 0 ? { omit: true } : { defaults: { kustomization: { timeout: '5m' } } };
    spec['environments'] = Array.from({ length: 1 + (count % 50) }, (_, i) => ({
      name: `e${i}`,
      layers: layers.map(({ name }) => ({ name, ...change })),
    }));
  },
};

const KINDS = Object.keys(CHANGES) as (keyof typeof CHANGES)[];

/** The spec that a genome makes; undefined where it would be larger than a cluster stores. */
export function buildSpec({ base, genes }: Genome): unknown {
  const root = { spec: structuredClone(BASES[base % BASES.length]) as Container };
  for (const gene of genes) {
    const places = placesOf(root, { properties: { spec: Spec as unknown as Schema } });
    const [place, other] = [places[gene.at % places.length], places[gene.with % places.length]];
    if (place === undefined || other === undefined) continue;
    // A spec that is no object is refused at once, and nothing can be bred from it.
    if (place.parent === (root as Container) && gene.kind !== 'add') continue;
    const size = JSON.stringify(place.parent[place.key] ?? null).length;
    if (gene.kind === 'multiply' && size * gene.count > MAX_BYTES) return undefined;
    CHANGES[gene.kind]({ ...gene, place, other, spec: root.spec });
    if (JSON.stringify(root).length > MAX_BYTES) return undefined;
  }
  return root.spec;
}

/** A genome with one gene more, less or changed. */
export function mutateGenome({ base, genes }: Genome, random: SeededRandom): Genome {
  const at = random.below(genes.length);
  const changed = genes.map((gene, i) => (i === at ? mutateGene(gene, random) : gene));
  return random.pick<() => Genome>([
    () => ({ base, genes: [...genes, newGene(random)] }),
    () => ({ base, genes: [...genes, newGene(random), newGene(random)] }),
    () => ({ base, genes: [...genes.slice(0, at), newGene(random), ...genes.slice(at)] }),
    () => ({ base, genes: changed }),
    () => ({ base, genes: changed }),
    () => ({ base, genes: genes.filter((_, i) => i !== at) }),
    () => ({ base: random.below(BASES.length), genes }),
  ])();
}

function newGene(random: SeededRandom): Gene {
  return {
    kind: random.pick(KINDS),
    at: random.below(10_000),
    with: random.below(10_000),
    count: Math.round(4 ** (random.next() * 9)),
  };
}

function mutateGene(gene: Gene, random: SeededRandom): Gene {
  const other = newGene(random);
  return random.pick([
    { ...gene, count: other.count },
    { ...gene, count: gene.count * 2 },
    { ...gene, count: Math.ceil(gene.count / 3) },
    { ...gene, at: other.at },
    { ...gene, with: other.with },
    { ...gene, kind: other.kind },
  ]);
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

/** The items of a list; none where there is no list of objects. */
function itemsOf(parent: Container, field: string): Container[] {
  const list = parent[field];
  return Array.isArray(list) ? list.filter(isContainer) : [];
}

function copyOf(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}

/** A copy of a value that has another name, where it has one. */
function renamed(value: unknown, i: number): unknown {
  if (!isContainer(value) || Array.isArray(value)) return value;
  const { name } = value;
  return { ...value, ...(typeof name === 'string' ? { name: `${name.slice(0, 50)}-${i}` } : {}) };
}
