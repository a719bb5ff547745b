import type { Assembled } from '../compile/assemble.ts';
import type { Item } from '../compile/model/item.ts';
import { isObject, valueAt } from '../values/json.ts';
import { itemPath } from '../values/path.ts';
import type { Cause } from './cause.ts';
import { isWritten } from './levels.ts';

/** Says where the names of generated objects come from, and finds the items that names refer to. */
export class Naming {
  readonly #blueprint: unknown;
  readonly #byName = new Map<string, Item[]>();

  constructor(blueprint: unknown, all: readonly Assembled[]) {
    this.#blueprint = blueprint;
    for (const { item } of all) {
      const known = this.#byName.get(item.name);
      if (known === undefined) this.#byName.set(item.name, [item]);
      else known.push(item);
    }
  }

  /** The item whose object has this name, and this kind and namespace where they are told. */
  find(name: string, { kind, namespace }: { kind?: string; namespace?: string } = {}): Item | undefined {
    return this.#byName
      .get(name)
      ?.find(
        (item) =>
          (kind === undefined || item.kind.kind === kind) &&
          (namespace === undefined || item.namespace === namespace),
      );
  }

  /** What the name of an item's object follows from. */
  causesOf(item: Item): Cause[] {
    if (item.kind.kind === 'ConfigMap')
      return [
        { by: 'blueprint', path: 'metadata.name', why: 'the name of the blueprint, and -sops' },
        { by: 'blueprint', path: item.locate(item.path), why: 'asks for the object' },
      ];
    const own = item.locate(`${item.path}.objectName`);
    const named = isWritten(this.#blueprint, own)
      ? { by: 'blueprint' as const, path: own, why: 'name of the object' }
      : { by: 'blueprint' as const, path: item.locate(`${item.path}.name`), why: 'name of the item' };
    const suffix = this.#suffixOf(item);
    return suffix === undefined ? [named] : [named, suffix];
  }

  /** What the namespace of an item's object follows from. */
  namespaceOf(item: Item): Cause {
    const path = item.locate(item.namespacePath);
    if (isWritten(this.#blueprint, path)) return { by: 'blueprint', path, why: 'namespace of the object' };
    const own = 'metadata.namespace';
    if (isWritten(this.#blueprint, own))
      return { by: 'blueprint', path: own, why: 'namespace of the blueprint, where nothing names another' };
    return { by: 'compiler', path, why: 'the namespace that the blueprint is in' };
  }

  /** The path of the source that a name in the blueprint means: that of an environment counts first. */
  sourcePath(name: unknown, environment: string | undefined): string | undefined {
    const index = this.#environmentIndex(environment);
    const lists = [...(index === undefined ? [] : [itemPath('spec.environments', index)]), 'spec'];
    for (const list of lists) {
      const steps = index !== undefined && list !== 'spec' ? ['spec', 'environments', index] : ['spec'];
      const sources = valueAt(this.#blueprint, [...steps, 'sources']);
      const at = Array.isArray(sources)
        ? sources.findIndex((source) => isObject(source) && source['name'] === name)
        : -1;
      if (at >= 0) return itemPath(`${list}.sources`, at);
    }
    return undefined;
  }

  #environmentIndex(name: string | undefined): number | undefined {
    const environments = valueAt(this.#blueprint, ['spec', 'environments']);
    if (name === undefined || !Array.isArray(environments)) return undefined;
    const at = environments.findIndex((one) => isObject(one) && one['name'] === name);
    return at < 0 ? undefined : at;
  }

  #suffixOf({ name, plainName, environment }: Item): Cause | undefined {
    const index = this.#environmentIndex(environment);
    if (index === undefined || plainName === undefined || plainName === name) return undefined;
    const path = itemPath('spec.environments', index);
    return isWritten(this.#blueprint, `${path}.suffix`)
      ? { by: 'blueprint', path: `${path}.suffix`, why: 'suffix of the environment' }
      : { by: 'blueprint', path: `${path}.name`, why: 'the environment, whose name is the suffix' };
  }
}

/** The object that is explained, and what is known around it. */
export interface Subject {
  blueprint: unknown;
  assembled: Assembled;
  naming: Naming;
}
