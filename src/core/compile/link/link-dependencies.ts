import { objectKey } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { type Link, orderNodes, reduceLinks, waveOfEach } from '../../graph/graph.ts';
import { type ComponentItem, type Edge, noteDerived, writtenBlock } from '../model/item.ts';
import { emptyObject, isObject, own } from '../../values/json.ts';
import { originOf } from '../../kinds/overlay.ts';
import { suggest } from '../../values/suggest.ts';
import { itemPath } from '../../values/path.ts';
import type { Problems } from '../../validation/problem.ts';
import { compare } from '../../values/path.ts';

/** What can be depended on, by the names that people use. */
interface Names {
  layers: ReadonlyMap<string, ComponentItem[]>;
  components: ReadonlyMap<string, ComponentItem>;
  objects: ReadonlyMap<string, ComponentItem>;
  /** The edges that the components of a layer have in common, found once. */
  ofLayer: Map<ComponentItem['written']['layer'], Edge[]>;
}

/**
 * Finds what each component depends on, refuses cycles, keeps the fewest edges, and writes those of one kind into
 * the specs as Flux's `dependsOn`. Answers the wave of each component: 1 for those without dependencies.
 */
export function linkComponents(
  components: readonly ComponentItem[],
  suffix: string,
  problems: Problems,
): ReadonlyMap<ComponentItem, number> {
  // By title, so that the order in which a blueprint lists its layers changes nothing.
  const sorted = [...components].sort((a, b) => compare(a.title, b.title));
  const names = indexNames(sorted);
  for (const component of sorted) {
    component.edges = [
      ...writtenEdges(component, names, problems),
      ...pastedEdges(component, names, suffix, problems),
    ];
  }
  const indexOf = new Map(sorted.map((component, i) => [component, i]));
  const links = sorted.map((component) => component.edges.map((edge) => toLink(component, edge, indexOf)));
  const ordered = orderNodes(links);
  if ('cycles' in ordered) {
    for (const cycle of ordered.cycles)
      refuseCycle(
        cycle.flatMap((node) => sorted[node] ?? []),
        problems,
      );
    return new Map();
  }
  const reduced = reduceLinks(links, ordered.order);
  sorted.forEach((component, i) => {
    component.edges = (reduced[i] ?? [])
      .map((link) => link.edge)
      .sort((a, b) => compare(a.to.title, b.to.title));
    writeDependsOn(component);
  });
  const waves = waveOfEach(reduced, ordered.order);
  return new Map(sorted.map((component, i) => [component, (waves[i] ?? 0) + 1]));
}

/** Whether Flux itself orders the two: its `dependsOn` knows one kind only. */
export function isNative(from: ComponentItem, to: ComponentItem): boolean {
  return from.kind === to.kind && from.kind.source !== undefined;
}

function toLink(
  from: ComponentItem,
  edge: Edge,
  indexOf: ReadonlyMap<ComponentItem, number>,
): Link & { edge: Edge } {
  return { to: indexOf.get(edge.to) ?? 0, explicit: edge.explicit, native: isNative(from, edge.to), edge };
}

function indexNames(components: readonly ComponentItem[]): Names {
  const layers = new Map<string, ComponentItem[]>();
  for (const component of components) {
    // ExternalSecrets stand in no layer: they depend on layers, and none depends on them by name.
    if (component.layer === '') continue;
    const members = layers.get(component.layer);
    if (members === undefined) layers.set(component.layer, [component]);
    else members.push(component);
  }
  return {
    layers,
    ofLayer: new Map(),
    components: new Map(components.map((component) => [component.title, component])),
    objects: new Map(
      components.map((component) => [
        objectKey(component.kind.kind, component.namespace, component.name),
        component,
      ]),
    ),
  };
}

/** The edges of `dependsOn` of the component and of its layer. */
function writtenEdges(component: ComponentItem, names: Names, problems: Problems): Edge[] {
  const { component: written, layer, layerPath } = component.written;
  const resolve = (list: readonly string[] | undefined, path: string, siblings: boolean): Edge[] =>
    (list ?? []).flatMap((name, i) =>
      resolveName(component, name, itemPath(path, i), siblings, names, problems),
    );
  const common = (): Edge[] => {
    const known = names.ofLayer.get(layer) ?? resolve(layer.dependsOn, `${layerPath}.dependsOn`, false);
    names.ofLayer.set(layer, known);
    return known;
  };
  return [
    ...resolve(written.dependsOn, `${component.path}.dependsOn`, written !== layer),
    ...(written === layer ? [] : common()),
  ];
}

function resolveName(
  from: ComponentItem,
  name: string,
  path: string,
  siblings: boolean,
  names: Names,
  problems: Problems,
): Edge[] {
  const sibling = siblings ? names.components.get(`${from.layer}/${name}`) : undefined;
  const layer = names.layers.get(name.endsWith('/') ? name.slice(0, -1) : name);
  if (sibling !== undefined && layer !== undefined) {
    const remedy = `write ${JSON.stringify(`${name}/`)} for the layer or ${JSON.stringify(sibling.title)} for the component`;
    problems.add(
      'ambiguous-name',
      path,
      `${JSON.stringify(name)} is a layer and a component of this layer: ${remedy}`,
    );
    return [];
  }
  // A layer of one is titled like its component; depending on it is depending on a layer.
  const component = sibling ?? (layer === undefined ? names.components.get(name) : undefined);
  if (component !== undefined) return [{ to: component, explicit: true, path }];
  if (layer !== undefined) return layer.map((to) => ({ to, explicit: false, path }));
  const known = suggest(name, knownNames(from, siblings, names));
  problems.add('unknown-name', path, `no layer or component is named ${JSON.stringify(name)}${known}`);
  return [];
}

function knownNames(from: ComponentItem, siblings: boolean, names: Names): string[] {
  const prefix = `${from.layer}/`;
  const titles = [...names.components.keys()];
  const local = siblings
    ? titles
        .filter((title) => title.startsWith(prefix) && title !== from.title)
        .map((title) => title.slice(prefix.length))
    : [];
  return [...local, ...names.layers.keys(), ...titles];
}

/** The edges of Flux's own `dependsOn` in the spec, where they name objects of this blueprint. */
function pastedEdges(component: ComponentItem, names: Names, suffix: string, problems: Problems): Edge[] {
  const { component: written } = component.written;
  const block = writtenBlock(component);
  if (written.dependsOn !== undefined && block !== undefined && own(block, 'dependsOn') !== undefined) {
    problems.add(
      'both-forms',
      `${component.specPath}.dependsOn`,
      'stands beside `dependsOn` of the component: keep one of the two',
    );
  }
  return pastedList(component).flatMap((entry, i) => {
    const { name, namespace } = entry;
    if (typeof name !== 'string') return [];
    const inNamespace = typeof namespace === 'string' ? namespace : component.namespace;
    const find = (object: string): ComponentItem | undefined =>
      names.objects.get(objectKey(component.kind.kind, inNamespace, object));
    const to = find(name) ?? find(name + suffix);
    // A reference to an object of the blueprint follows it to the name that it has in the environment.
    if (to !== undefined) entry['name'] = to.name;
    const path = originOf(component.overlays, ['dependsOn', i], component.specPath);
    return to === undefined ? [] : [{ to, explicit: true, path }];
  });
}

function pastedList(component: ComponentItem): JsonObject[] {
  // Only kinds that fetch a source know Flux's `dependsOn`; in others a field of that name is their own.
  const list = component.kind.source === undefined ? undefined : own(component.spec, 'dependsOn');
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function pastedKey(entry: JsonObject, component: ComponentItem): string {
  const { name, namespace } = entry;
  return `${typeof namespace === 'string' ? namespace : component.namespace}/${typeof name === 'string' ? name : ''}`;
}

/** Writes the native edges beside what was pasted, each object once, sorted. */
function writeDependsOn(component: ComponentItem): void {
  const entries = new Map<string, { entry: JsonObject; path: string; moved: boolean }>();
  pastedList(component).forEach((entry, i) => {
    const path = originOf(component.overlays, ['dependsOn', i], component.specPath);
    entries.set(pastedKey(entry, component), { entry, path, moved: true });
  });
  for (const { to, path } of component.edges) {
    const key = `${to.namespace}/${to.name}`;
    if (!isNative(component, to) || entries.has(key)) continue;
    const entry = emptyObject();
    entry['name'] = to.name;
    if (to.namespace !== component.namespace) entry['namespace'] = to.namespace;
    entries.set(key, { entry, path, moved: false });
  }
  if (entries.size === 0) return;
  const sorted = [...entries].sort(([a], [b]) => compare(a, b)).map(([, written]) => written);
  component.spec['dependsOn'] = sorted.map(({ entry }) => entry);
  noteDerived(component, ...sorted.map(({ path, moved }, i) => ({ at: ['dependsOn', i], path, moved })));
}

function refuseCycle(cycle: readonly ComponentItem[], problems: Problems): void {
  const first = cycle[0];
  if (first === undefined) return;
  const second = cycle[1] ?? first;
  const path = first.edges.find((edge) => edge.to === second)?.path ?? first.path;
  const way = [...cycle, first].map((component) => component.title).join(' → ');
  problems.add('cycle', path, `the dependencies go in a circle, so that none could ever start: ${way}`);
}
