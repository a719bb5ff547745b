import { type KubeObject, type ObjectRef, displayName, splitApiVersion } from '../../../api/object.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import { isObject, own } from '../../values/json.ts';
import type { Breach } from '../model/finding.ts';
import type { LintInput, Observed } from '../model/input.ts';
import { specField, specList } from '../model/spec-field.ts';

/** Where the kinds that deploy name their source. */
const SOURCE_AT: Readonly<Partial<Record<string, readonly (readonly string[])[]>>> = {
  Kustomization: [['sourceRef']],
  HelmRelease: [['chartRef'], ['chart', 'spec', 'sourceRef']],
};

const SOURCE_GROUP = 'source.toolkit.fluxcd.io';
/** For asking the cluster: an object is the same in every version. */
const SOURCE_API = `${SOURCE_GROUP}/v1`;

/** The labels that kustomize-controller puts on all that it applies. */
const OWNER = 'kustomize.toolkit.fluxcd.io';

/**
 * Components that do not wait for the component which makes their source: an ArtifactGenerator of this blueprint
 * (its ExternalArtifacts are named in its spec), an object of it that is a source, or a Kustomization that has
 * applied the source from Git, as the labels of the live source tell.
 */
export function findUnorderedSources(input: LintInput): Breach[] {
  const graph = new Graph(input.desired.objects);
  const made = indexMade(input.desired.objects);
  return input.desired.objects.flatMap((object) =>
    (SOURCE_AT[object.ref.kind] ?? []).flatMap((at) => judge(object, at, made, graph, input.observed)),
  );
}

function judge(
  object: DesiredObject,
  at: readonly string[],
  made: ReadonlyMap<string, DesiredObject>,
  graph: Graph,
  observed: Observed | undefined,
): Breach[] {
  const source = sourceOf(object, at);
  if (source === undefined) return [];
  const inBlueprint = made.get(keyOf(source));
  const maker = inBlueprint ?? graph.kustomization(observed?.live(source));
  if (maker === undefined || maker === object || graph.reaches(object, maker)) return [];
  return [
    {
      severity: 'warning',
      path: object.originOf([...at, 'name']),
      seenIn: inBlueprint === undefined ? 'cluster' : 'blueprint',
      message: `its source, ${displayName(source)}, is made by ${maker.title}, for which it does not wait: on a new cluster it fails until that is there; add it to \`dependsOn\``,
    },
  ];
}

function sourceOf(object: DesiredObject, at: readonly string[]): ObjectRef | undefined {
  const [kind, name, namespace = object.ref.namespace] = ['kind', 'name', 'namespace'].map((field) =>
    specField(object, ...at, field),
  );
  if (typeof kind !== 'string' || typeof name !== 'string' || typeof namespace !== 'string') return undefined;
  return { apiVersion: SOURCE_API, kind, namespace, name };
}

/** Who of the blueprint makes a source: the object itself, or the ArtifactGenerator that names it. */
function indexMade(objects: readonly DesiredObject[]): Map<string, DesiredObject> {
  const made = new Map<string, DesiredObject>();
  for (const object of objects) {
    const { apiVersion, kind, namespace } = object.ref;
    if (splitApiVersion(apiVersion).group === SOURCE_GROUP) made.set(keyOf(object.ref), object);
    if (kind !== 'ArtifactGenerator') continue;
    for (const artifact of specList(object, 'artifacts')) {
      const name = isObject(artifact) ? own(artifact, 'name') : undefined;
      if (typeof name === 'string') made.set(keyOf({ kind: 'ExternalArtifact', namespace, name }), object);
    }
  }
  return made;
}

function keyOf({
  kind,
  namespace = '',
  name,
}: {
  kind: string;
  namespace?: string | undefined;
  name: string;
}): string {
  return `${kind}/${namespace}/${name}`;
}

/** The generated objects as a graph. */
class Graph {
  readonly #byId: ReadonlyMap<string, DesiredObject>;
  readonly #kustomizations: ReadonlyMap<string, DesiredObject>;
  /** What an object waits for, directly and not; made for the few that are asked about. */
  readonly #reached = new Map<string, ReadonlySet<string>>();
  #edges: Map<string, string[]> | undefined;

  constructor(objects: readonly DesiredObject[]) {
    this.#byId = new Map(objects.map((object) => [object.id, object]));
    this.#kustomizations = new Map(
      objects
        .filter(({ ref }) => ref.kind === 'Kustomization')
        .map((object) => [`${object.ref.namespace ?? ''}/${object.ref.name}`, object]),
    );
  }

  /** The Kustomization of this blueprint that applied a live object. */
  kustomization(live: KubeObject | undefined): DesiredObject | undefined {
    const { [`${OWNER}/name`]: name, [`${OWNER}/namespace`]: namespace } = live?.metadata.labels ?? {};
    return name === undefined ? undefined : this.#kustomizations.get(`${namespace ?? ''}/${name}`);
  }

  reaches(from: DesiredObject, to: DesiredObject): boolean {
    return from.dependsOn.includes(to.id) || this.#reach(to).has(from.id);
  }

  /** Ids of all that waits for an object. */
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
