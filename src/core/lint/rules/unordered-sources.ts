import {
  type KubeObject,
  type ObjectRef,
  displayName,
  objectKey,
  splitApiVersion,
} from '../../../api/object.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import { isObject, own } from '../../values/json.ts';
import { kustomizationOf } from '../../objects/ownership.ts';
import { type Breach, warn } from '../model/finding.ts';
import type { LintInput } from '../model/input.ts';
import { specField, specList } from '../model/spec-field.ts';

/** The fields in which kinds that deploy name their source. */
const SOURCE_AT: Readonly<Partial<Record<string, readonly (readonly string[])[]>>> = {
  Kustomization: [['sourceRef']],
  HelmRelease: [['chartRef'], ['chart', 'spec', 'sourceRef']],
};

/** The API group of sources. Any version identifies an object, so references use `v1`. */
const SOURCE_GROUP = 'source.toolkit.fluxcd.io';

/**
 * Finds components that do not wait for the component which makes their source. That is an ArtifactGenerator of this
 * blueprint (its spec names its ExternalArtifacts), a source among its objects, or a Kustomization that applied the
 * source from Git, according to the labels of the live source.
 */
export function findUnorderedSources({ desired: { objects }, observed }: LintInput): Breach[] {
  const graph = new Graph(objects);
  const made = indexMade(objects);
  return objects.flatMap((object) =>
    (SOURCE_AT[object.ref.kind] ?? []).flatMap((at) => {
      const source = sourceOf(object, at);
      if (source === undefined) return [];
      const inBlueprint = made.get(objectKey(source.kind, source.namespace, source.name));
      const maker = inBlueprint ?? graph.kustomization(observed?.live(source));
      if (maker === undefined || maker === object || graph.reaches(object, maker)) return [];
      const what = `its source, ${displayName(source)}, is made by ${maker.title}, for which it does not wait`;
      return warn(
        object.originOf([...at, 'name']),
        `${what}: on a new cluster it fails until that is there; add it to \`dependsOn\``,
        inBlueprint === undefined ? 'cluster' : 'blueprint',
      );
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

/** The generated objects as a graph of dependencies. */
class Graph {
  readonly #byId: ReadonlyMap<string, DesiredObject>;
  readonly #kustomizations: ReadonlyMap<string, DesiredObject>;
  /** The ids of all objects that wait for an object, by its id. Filled only for objects that are asked about. */
  readonly #reached = new Map<string, ReadonlySet<string>>();
  #edges: Map<string, string[]> | undefined;

  constructor(objects: readonly DesiredObject[]) {
    this.#byId = new Map(objects.map((object) => [object.id, object]));
    this.#kustomizations = new Map(
      objects
        .filter(({ ref }) => ref.kind === 'Kustomization')
        .map((object) => [objectKey('Kustomization', object.ref.namespace, object.ref.name), object]),
    );
  }

  /** Finds the Kustomization of this blueprint that applied a live object; undefined if none did. */
  kustomization(live: KubeObject | undefined): DesiredObject | undefined {
    const owner = live === undefined ? undefined : kustomizationOf(live.metadata);
    if (owner === undefined) return undefined;
    return this.#kustomizations.get(objectKey('Kustomization', owner.namespace, owner.name));
  }

  /** Whether an object waits for another one, directly or through others. */
  reaches(from: DesiredObject, to: DesiredObject): boolean {
    return from.dependsOn.includes(to.id) || this.#reach(to).has(from.id);
  }

  /** Finds the ids of all objects that wait for an object, directly or through others. */
  #reach(to: DesiredObject): ReadonlySet<string> {
    const known = this.#reached.get(to.id);
    if (known !== undefined) return known;
    const dependents = this.#dependents();
    const reached = new Set<string>();
    const open = [to.id];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      for (const next of dependents.get(id) ?? []) {
        if (reached.has(next)) continue;
        reached.add(next);
        open.push(next);
      }
    }
    this.#reached.set(to.id, reached);
    return reached;
  }

  #dependents(): Map<string, string[]> {
    if (this.#edges !== undefined) return this.#edges;
    const edges = new Map<string, string[]>();
    for (const { id, dependsOn } of this.#byId.values()) {
      for (const to of dependsOn) {
        const list = edges.get(to);
        if (list === undefined) edges.set(to, [id]);
        else list.push(id);
      }
    }
    this.#edges = edges;
    return edges;
  }
}
