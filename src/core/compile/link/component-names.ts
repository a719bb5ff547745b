import { objectKey } from '../../../api/object.ts';
import type { Problems } from '../../validation/problem.ts';
import { itemPath } from '../../values/path.ts';
import { KnownNames, suggest } from '../../values/suggest.ts';
import type { ComponentItem, Need } from '../model/item.ts';

/** Resolves the names in `dependsOn` of components and layers. A scope has one, made of all of its components. */
export class ComponentNames {
  readonly #problems: Problems;
  readonly #layers: ReadonlyMap<string, ComponentItem[]>;
  readonly #byTitle: ReadonlyMap<string, ComponentItem>;
  readonly #byObject: ReadonlyMap<string, ComponentItem>;
  /** All names; what one component knows follows from them. */
  readonly #known: KnownNames;
  /** What all components of a layer have in common, resolved once for each layer. */
  readonly #needsOfLayer = new Map<ComponentItem['written']['layer'], Need[]>();

  constructor(components: readonly ComponentItem[], problems: Problems) {
    this.#problems = problems;
    this.#layers = groupByLayer(components);
    this.#byTitle = new Map(components.map((component) => [component.title, component]));
    this.#known = new KnownNames([...this.#byTitle.keys()]);
    this.#byObject = new Map(
      components.map((component) => [
        objectKey(component.kind.kind, component.namespace, component.name),
        component,
      ]),
    );
  }

  /** The component that becomes the object of this kind, namespace and name; undefined where there is none. */
  findObject(kind: string, namespace: string, name: string): ComponentItem | undefined {
    return this.#byObject.get(objectKey(kind, namespace, name));
  }

  /** What `dependsOn` of a component and of its layer names. Refuses names that are unknown or ambiguous. */
  resolveNeeds(from: ComponentItem): Need[] {
    const { component, layer, layerPath } = from.written;
    if (component === layer) return this.#resolveAll(from, layer.dependsOn, layerPath, false);
    const common = this.#needsOfLayer.get(layer) ?? this.#resolveAll(from, layer.dependsOn, layerPath, false);
    this.#needsOfLayer.set(layer, common);
    return [...this.#resolveAll(from, component.dependsOn, from.path, true), ...common];
  }

  #resolveAll(
    from: ComponentItem,
    names: readonly string[] | undefined,
    path: string,
    siblings: boolean,
  ): Need[] {
    return (names ?? []).flatMap((name, i) =>
      this.#resolve(from, name, itemPath(`${path}.dependsOn`, i), siblings),
    );
  }

  /** With `siblings` a name may mean a component of the same layer. */
  #resolve(from: ComponentItem, name: string, path: string, siblings: boolean): Need[] {
    const sibling = siblings ? this.#byTitle.get(`${from.layer}/${name}`) : undefined;
    const layer = this.#layers.get(name.endsWith('/') ? name.slice(0, -1) : name);
    if (sibling !== undefined && layer !== undefined) {
      const remedy = `write ${JSON.stringify(`${name}/`)} for the layer or ${JSON.stringify(sibling.title)} for the component`;
      this.#problems.add(
        'ambiguous-name',
        path,
        `${JSON.stringify(name)} is a layer and a component of this layer: ${remedy}`,
      );
      return [];
    }
    // A layer of one component has the title of its component; to depend on it is to depend on the layer.
    const component = sibling ?? (layer === undefined ? this.#byTitle.get(name) : undefined);
    if (component !== undefined) return [{ to: [component], explicit: true, path }];
    if (layer !== undefined) return [{ to: layer, explicit: false, path }];
    this.#problems.add('unknown-name', path, `no layer or component is named ${JSON.stringify(name)}`, {
      key: this.#known.key,
      find: () => suggest(name, this.#namesKnownTo(from, siblings)),
    });
    return [];
  }

  #namesKnownTo(from: ComponentItem, siblings: boolean): string[] {
    const prefix = `${from.layer}/`;
    const titles = [...this.#byTitle.keys()];
    const local = siblings
      ? titles
          .filter((title) => title.startsWith(prefix) && title !== from.title)
          .map((title) => title.slice(prefix.length))
      : [];
    return [...local, ...this.#layers.keys(), ...titles];
  }
}

function groupByLayer(components: readonly ComponentItem[]): Map<string, ComponentItem[]> {
  const layers = new Map<string, ComponentItem[]>();
  for (const component of components) {
    // ExternalSecrets belong to no layer: they depend on layers, and nothing depends on them by name.
    if (component.layer === '') continue;
    const members = layers.get(component.layer);
    if (members === undefined) layers.set(component.layer, [component]);
    else members.push(component);
  }
  return layers;
}
