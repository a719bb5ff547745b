import {
  type KubeObject,
  type ObjectRef,
  displayName,
  objectKey,
  splitApiVersion,
} from '../../../api/object.ts';
import { BitSet } from '../../graph/bit-set.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import { isObject, own } from '../../values/json.ts';
import { kustomizationOf } from '../../objects/ownership.ts';
import { type ReportBreach, warn } from '../model/finding.ts';
import type { LintInput, Observed } from '../model/input.ts';
import { specField, specList } from '../model/spec-field.ts';

/** The fields in which kinds that deploy name their source. */
const SOURCE_AT: Readonly<Partial<Record<string, readonly (readonly string[])[]>>> = {
  Kustomization: [['sourceRef']],
  HelmRelease: [['chartRef'], ['chart', 'spec', 'sourceRef']],
};

/** The API group of sources. Any version identifies an object, so references use `v1`. */
const SOURCE_GROUP = 'source.toolkit.fluxcd.io';

/**
 * Reports components that do not wait for the component which makes their source. That is an ArtifactGenerator of this
 * blueprint (its spec names its ExternalArtifacts), a source among its objects, or a Kustomization that applied the
 * source from Git, according to the labels of the live source.
 */
export function findUnorderedSources(
  { desired: { objects }, observed }: LintInput,
  report: ReportBreach,
): void {
  const uses = findUses(objects, observed);
  const waits = new Waits(
    objects,
    uses.map(({ maker }) => maker.id),
  );
  for (const { object, maker, at, source, inBlueprint } of uses) {
    if (waits.reaches(object.id, maker.id)) continue;
    const what = `its source, ${displayName(source)}, is made by ${maker.title}, for which it does not wait`;
    const remedy = 'on a new cluster it fails until that is there; add it to `dependsOn`';
    const path = object.originOf([...at, 'name']);
    report(warn(path, `${what}: ${remedy}`, inBlueprint ? 'blueprint' : 'cluster'));
  }
}

/** An object that uses a source which another component makes, and may not wait for that. */
interface Use {
  object: DesiredObject;
  maker: DesiredObject;
  /** Where the object names the source. */
  at: readonly string[];
  source: ObjectRef;
  /** Whether the blueprint itself says who makes the source. */
  inBlueprint: boolean;
}

/** Finds the uses of sources that other components make, but for those that the object waits for by name. */
function findUses(objects: readonly DesiredObject[], observed: Observed | undefined): Use[] {
  const made = indexMade(objects);
  const kustomizations = indexKustomizations(objects);
  return objects.flatMap((object) =>
    (SOURCE_AT[object.ref.kind] ?? []).flatMap((at) => {
      const source = sourceOf(object, at);
      if (source === undefined) return [];
      const inBlueprint = made.get(objectKey(source.kind, source.namespace, source.name));
      const maker = inBlueprint ?? makerOf(observed?.live(source), kustomizations);
      if (maker === undefined || maker === object || object.dependsOn.includes(maker.id)) return [];
      return [{ object, maker, at, source, inBlueprint: inBlueprint !== undefined }];
    }),
  );
}

function sourceOf(object: DesiredObject, at: readonly string[]): ObjectRef | undefined {
  const [kind, name, namespace = object.ref.namespace] = ['kind', 'name', 'namespace'].map((field) =>
    specField(object, ...at, field),
  );
  if (typeof kind !== 'string' || typeof name !== 'string' || typeof namespace !== 'string') return undefined;
  return { apiVersion: `${SOURCE_GROUP}/v1`, kind, namespace, name };
}

/**
 * Maps the key of each source to the object that makes it: the source itself, or the ArtifactGenerator that names it.
 */
function indexMade(objects: readonly DesiredObject[]): Map<string, DesiredObject> {
  const made = new Map<string, DesiredObject>();
  for (const object of objects) {
    const { apiVersion, kind, namespace } = object.ref;
    if (splitApiVersion(apiVersion).group === SOURCE_GROUP)
      made.set(objectKey(kind, namespace, object.ref.name), object);
    if (kind !== 'ArtifactGenerator') continue;
    for (const artifact of specList(object, 'artifacts')) {
      const name = isObject(artifact) ? own(artifact, 'name') : undefined;
      if (typeof name === 'string') made.set(objectKey('ExternalArtifact', namespace, name), object);
    }
  }
  return made;
}

function indexKustomizations(objects: readonly DesiredObject[]): Map<string, DesiredObject> {
  const kustomizations = objects.filter(({ ref }) => ref.kind === 'Kustomization');
  return new Map(
    kustomizations.map((object) => [
      objectKey('Kustomization', object.ref.namespace, object.ref.name),
      object,
    ]),
  );
}

/** Finds the Kustomization of this blueprint that applied a live object; undefined if none did. */
function makerOf(
  live: KubeObject | undefined,
  kustomizations: ReadonlyMap<string, DesiredObject>,
): DesiredObject | undefined {
  const owner = live === undefined ? undefined : kustomizationOf(live.metadata);
  if (owner === undefined) return undefined;
  return kustomizations.get(objectKey('Kustomization', owner.namespace, owner.name));
}

/** Which objects wait for which of some others, directly or through others: all found in one pass over the edges. */
class Waits {
  /** The numbers of the objects that are asked about. */
  readonly #numbers: ReadonlyMap<string, number>;
  /** For each object, the numbers of those that it waits for. */
  readonly #reached = new Map<string, BitSet>();

  /** `targets` are the ids of the objects that are asked about. */
  constructor(objects: readonly DesiredObject[], targets: readonly string[]) {
    this.#numbers = new Map([...new Set(targets)].map((id, number) => [id, number]));
    if (this.#numbers.size === 0) return;
    // Dependencies are in earlier waves, so their sets are known before those of their dependents.
    for (const { id, dependsOn } of [...objects].sort((a, b) => a.wave - b.wave)) {
      const reached = new BitSet(this.#numbers.size);
      for (const other of dependsOn) this.#addAll(other, reached);
      this.#reached.set(id, reached);
    }
  }

  /** Whether an object waits for one of the targets. */
  reaches(from: string, to: string): boolean {
    const number = this.#numbers.get(to);
    return number !== undefined && this.#reached.get(from)?.has(number) === true;
  }

  /** Adds an object and all that it waits for. */
  #addAll(id: string, reached: BitSet): void {
    const [number, further] = [this.#numbers.get(id), this.#reached.get(id)];
    if (number !== undefined) reached.add(number);
    if (further !== undefined) reached.cover(further);
  }
}
