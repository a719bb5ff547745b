/**
 * What a blueprint asks for, said in another way than the compiler's: as a relation between components.
 */

/** A component of the model. */
export interface ModelComponent {
  title: string;
  layer: string;
  /** Name without suffix. */
  name: string;
  /** Titles that it was asked to wait for. */
  needs: Set<string>;
  kind: 'Kustomization' | 'HelmRelease' | 'ImageRepository';
}

/** An environment of the model. */
export interface ModelEnvironment {
  suffix: string;
  /** Titles of what is left out. */
  omitted: Set<string>;
}

/** What a blueprint asks for. */
export interface Model {
  spec: Record<string, unknown>;
  components: ModelComponent[];
  environments: ModelEnvironment[];
  /** What each ExternalSecret was asked to wait for. */
  secrets: Map<string, Set<string>>;
}

/** Whether `from` comes after `to`, directly or by way of others. */
export function reaches(needs: (title: string) => Iterable<string>, from: string, to: string): boolean {
  const open = [from];
  const seen = new Set<string>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const other of needs(next)) {
      if (other === to) return true;
      if (!seen.has(other)) open.push(other);
      seen.add(other);
    }
  }
  return false;
}

/** What a layer of the model is built from. */
export interface LayerOutline {
  single: boolean;
  edges: readonly number[];
  components: readonly { kind: ModelComponent['kind']; edges: readonly number[] }[];
}

/** Builds the model of a blueprint: its components and what each was asked to wait for. */
export class ModelBuilder {
  readonly components: ModelComponent[] = [];
  readonly layers: { name: string; single: boolean; dependsOn: string[]; members: ModelComponent[] }[] = [];
  readonly #dependsOn = new Map<ModelComponent, string[]>();

  constructor(choices: readonly LayerOutline[]) {
    for (const [i, choice] of choices.entries()) {
      const name = `l${i}`;
      const members = (choice.single ? choice.components.slice(0, 1) : choice.components).map((one, j) => ({
        title: choice.single ? name : `${name}/c${j}`,
        layer: name,
        name: choice.single ? name : `c${j}`,
        needs: new Set<string>(),
        kind: one.kind,
      }));
      this.layers.push({ name, single: choice.single, dependsOn: [], members });
      this.components.push(...members);
    }
    for (const [i, choice] of choices.entries()) this.#draw(i, choice);
  }

  dependsOn(component: ModelComponent): string[] {
    return this.#dependsOn.get(component) ?? [];
  }

  /** The titles that a name stands for. */
  resolve(name: string): string[] {
    const layer = this.layers.find((one) => one.name === name.replace(/\/$/, ''));
    return layer === undefined ? [name] : layer.members.map(({ title }) => title);
  }

  /** Every name that can be depended on. */
  names(): string[] {
    return [...this.layers.map(({ name }) => name), ...this.components.map(({ title }) => title)];
  }

  /** Draws the edges of a layer, but none that would close a circle. */
  #draw(index: number, choice: LayerOutline): void {
    const layer = this.layers[index];
    if (layer === undefined) return;
    for (const edge of choice.edges) {
      const name = this.#pick(edge);
      if (this.#connect(layer.members, this.resolve(name))) layer.dependsOn.push(name);
    }
    if (layer.single) return;
    for (const [j, member] of layer.members.entries())
      this.#drawComponent(layer.name, member, choice.components[j]?.edges ?? []);
  }

  #drawComponent(layer: string, member: ModelComponent, edges: readonly number[]): void {
    for (const edge of edges) {
      const name = this.#pick(edge);
      if (!this.#connect([member], this.resolve(name))) continue;
      // A sibling by its short name now and then.
      const short = edge % 2 === 0 && name.startsWith(`${layer}/`);
      const written = short ? name.slice(layer.length + 1) : name;
      this.#dependsOn.set(member, [...this.dependsOn(member), written]);
    }
  }

  #pick(edge: number): string {
    const names = this.names();
    return names[edge % names.length] ?? '';
  }

  #connect(from: readonly ModelComponent[], to: readonly string[]): boolean {
    const needs = (title: string): Iterable<string> =>
      this.components.find((one) => one.title === title)?.needs ?? [];
    for (const { title } of from)
      if (to.some((other) => other === title || reaches(needs, other, title))) return false;
    for (const { needs: own } of from) for (const other of to) own.add(other);
    return true;
  }
}
