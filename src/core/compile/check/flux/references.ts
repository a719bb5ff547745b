import type { Json } from '../../../../api/object.ts';
import type { JsonObject } from '../../../../api/schema/shapes/shapes.ts';
import { checkNamespaceName, checkObjectName } from '../../../grammar/names.ts';
import { isObject, own } from '../../../values/json.ts';
import type { Found } from './found.ts';

/** Fields that hold a reference or a list of them, beside those that end in `Ref`. */
const LISTS: ReadonlySet<string> = new Set([
  'dependsOn',
  'eventSources',
  'resources',
  'substituteFrom',
  'valuesFrom',
]);

/** Fields that hold what is no reference of Flux: values of charts, patches, and what is deployed. */
const OTHERS: ReadonlySet<string> = new Set([
  'values',
  'patches',
  'postRenderers',
  'healthChecks',
  'matchLabels',
]);

/**
 * Finds references to objects and namespaces that cannot exist, because no object can have such a name. Flux waits for
 * them for ever. `*` stands for any object, and has rules of its own.
 */
export function checkReferences(spec: JsonObject): readonly Found[] {
  const search = new Search();
  search.enter(spec);
  return search.found;
}

/** One walk through a spec. It keeps the steps of where it is in one list, because nearly always nothing is found. */
class Search {
  readonly found: Found[] = [];
  readonly #steps: (string | number)[] = [];

  enter(value: Json | undefined): void {
    if (Array.isArray(value))
      this.#each(value, (item) => {
        this.enter(item);
      });
    else if (isObject(value)) for (const field of Object.keys(value)) this.#enterField(field, value[field]);
  }

  #enterField(field: string, value: Json | undefined): void {
    if (OTHERS.has(field)) return;
    this.#steps.push(field);
    if (field === 'serviceAccountName') this.#check(value, checkObjectName);
    else if (field.endsWith('Ref')) this.#checkReference(value);
    else if (LISTS.has(field) && Array.isArray(value))
      this.#each(value, (item) => {
        this.#checkReference(item);
      });
    this.enter(value);
    this.#steps.pop();
  }

  #each(list: readonly Json[], visit: (item: Json) => void): void {
    for (let i = 0; i < list.length; i++) {
      this.#steps.push(i);
      visit(list[i] as Json);
      this.#steps.pop();
    }
  }

  #checkReference(value: Json | undefined): void {
    if (!isObject(value)) return;
    this.#checkField(value, 'name', checkObjectName);
    this.#checkField(value, 'namespace', checkNamespaceName);
  }

  #checkField(reference: JsonObject, field: string, wrong: (text: string) => string | undefined): void {
    this.#steps.push(field);
    this.#check(own(reference, field), wrong);
    this.#steps.pop();
  }

  #check(value: Json | undefined, wrong: (text: string) => string | undefined): void {
    if (typeof value !== 'string' || value === '' || value === '*') return;
    const message = wrong(value);
    if (message !== undefined) this.found.push({ rule: 'pattern', steps: [...this.#steps], message });
  }
}
