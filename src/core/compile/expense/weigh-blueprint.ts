import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { COMPONENT_BLOCKS, type Environment, type Spec } from '../../../api/schema/spec.ts';
import { addTo } from '../../values/add-to.ts';
import { own } from '../../values/json.ts';
import { itemPath } from '../../values/path.ts';
import { weigh } from '../../values/weigh.ts';
import { Expense } from './expense.ts';
import { type ByBlock, LayerScale, type LayerWeight, sumOf, weighDefaults } from './layer-weight.ts';
import { type ObjectCounts, weighOthers } from './weigh-others.ts';

/** What every manifest has beside what is written: its kind, name, namespace and labels; in bytes. */
const MANIFEST = 500;

/** A block that every object of a kind gets, and where it was written. */
interface Inherited {
  path: string;
  /** The block that makes the kind. */
  block: string;
  bytes: number;
}

/**
 * About how many bytes the manifests take that a valid spec asks for. It is never much too low, and too high where
 * environments and items replace what they inherit, because both count.
 */
export function weighBlueprint(spec: Spec): Expense {
  const expense = new Expense();
  const scale = new BlueprintScale(spec, expense);
  const environments: readonly Partial<Environment>[] = spec.environments ?? [{}];
  const counts: ObjectCounts = environments.map((environment, i) => ({
    environment: environment.name,
    byLayer: scale.weighEnvironment(environment, itemPath('spec.environments', i)),
  }));
  weighOthers(spec, counts, MANIFEST + weigh(spec.commonMetadata), expense);
  return expense;
}

/** Weighs the layers of a blueprint in each environment. */
class BlueprintScale {
  readonly #spec: Spec;
  readonly #expense: Expense;
  readonly #metadata: number;
  readonly #scale = new LayerScale();
  readonly #layers: readonly LayerWeight[];
  readonly #inherited: readonly Inherited[];

  constructor(spec: Spec, expense: Expense) {
    this.#spec = spec;
    this.#expense = expense;
    this.#metadata = weigh(spec.commonMetadata);
    this.#layers = (spec.layers ?? []).map((layer, i) =>
      this.#scale.weigh(layer as JsonObject, itemPath('spec.layers', i)),
    );
    this.#inherited = inheritedFrom(spec, 'spec');
  }

  /**
   * Counts what an environment, which was written at `path`, makes of the layers; returns the objects of each layer.
   */
  weighEnvironment(environment: Partial<Environment>, path: string): ReadonlyMap<string, number> {
    const inherited = [...this.#inherited, ...inheritedFrom(environment, path)];
    const objects: ByBlock = new Map();
    const byLayer = new Map<string, number>();
    for (const layer of this.#layersIn(environment, path)) {
      this.#weighLayer(layer, inherited);
      for (const [block, count] of layer.counts) addTo(objects, block, count);
      byLayer.set(layer.name, sumOf(layer.counts));
    }
    for (const { path: at, block, bytes } of inherited) this.#expense.add(at, bytes, objects.get(block) ?? 0);
    this.#expense.add('spec.commonMetadata', this.#metadata, sumOf(objects));
    this.#expense.components.push(
      [...COMPONENT_BLOCKS, 'object'].reduce((sum, block) => sum + (objects.get(block) ?? 0), 0),
    );
    return byLayer;
  }

  #layersIn(environment: Partial<Environment>, path: string): LayerWeight[] {
    const written = environment.layers ?? [];
    const overrides = new Map(
      written.map((layer, i) => [layer.name, { layer, at: itemPath(`${path}.layers`, i) }]),
    );
    const layers = this.#layers.flatMap((base, i) => {
      const override = overrides.get(base.name);
      const layer = this.#spec.layers?.[i] as JsonObject | undefined;
      overrides.delete(base.name);
      if (override === undefined || layer === undefined) return base;
      return override.layer['omit'] === true
        ? []
        : this.#scale.override(base, layer, override.layer, override.at);
    });
    const added = [...overrides.values()].filter(({ layer }) => layer['omit'] !== true);
    return [...layers, ...added.map(({ layer, at }) => this.#scale.weigh(layer, at))];
  }

  #weighLayer(layer: LayerWeight, inherited: readonly Inherited[]): void {
    const { counts, heaviest, defaults } = layer;
    const weights = new Map<string, number>();
    for (const { block, bytes } of inherited) addTo(weights, block, bytes);
    for (const { path, weights: own } of defaults) {
      for (const [block, bytes] of own) {
        this.#expense.add(`${path}.${block}`, bytes, counts.get(block) ?? 0);
        addTo(weights, block, bytes);
      }
    }
    this.#expense.add(heaviest.path, heaviest.bytes, 1);
    this.#expense.addMany(layer.bytes - heaviest.bytes + sumOf(counts) * MANIFEST);
    const most = Math.max(0, ...weights.values());
    this.#expense.noteManifest(heaviest.path, heaviest.bytes + most + this.#metadata + MANIFEST);
  }
}

/** What the objects of each kind inherit from a blueprint or an environment that was written at `path`. */
function inheritedFrom(from: Partial<Environment> | Spec, path: string): Inherited[] {
  const found: Inherited[] = [...weighDefaults(from.defaults)].map(([block, bytes]) => ({
    path: `${path}.defaults.${block}`,
    block,
    bytes,
  }));
  found.push({ path: `${path}.variables`, block: 'kustomization', bytes: weigh(from.variables) });
  const sops = from.secrets?.sops as JsonObject | undefined;
  const decryption = sops === undefined ? 0 : weigh(own(sops, 'secretRef'));
  found.push({ path: `${path}.secrets.sops`, block: 'kustomization', bytes: decryption });
  const kubeConfig = 'kubeConfig' in from ? weigh(from.kubeConfig) : 0;
  for (const block of ['kustomization', 'helmRelease'])
    found.push({ path: `${path}.kubeConfig`, block, bytes: kubeConfig });
  return found.filter(({ bytes }) => bytes > 0);
}
