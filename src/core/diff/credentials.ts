import type { Json, KubeObject } from '../../api/object.ts';
import { PlaintextSearch } from '../credentials/plaintext-search.ts';
import { isObject } from '../values/json.ts';
import { type Steps, splitPathAsFar } from '../values/path.ts';

/** What stands for a value that is not shown. */
export const HIDDEN = '(hidden)';

/** Copies of an object that programs keep in its annotations, and that may hold anything. */
const COPIES: readonly string[] = ['kubectl.kubernetes.io/last-applied-configuration'];

/** The blocks of a blueprint that the kinds of Flux stand for, by which it is known where people choose names. */
const BLOCKS: Readonly<Record<string, string>> = {
  Kustomization: 'kustomization',
  HelmRelease: 'helmRelease',
  ExternalSecret: 'externalSecret',
};

/**
 * The places of an object whose values look like credentials, as `plaintext-secret` finds them in a blueprint. A diff
 * shows no value at them. They never hold a value themselves.
 */
export class CredentialPlaces {
  /** The steps of each as JSON. */
  readonly #places = new Set<string>();

  constructor(object: KubeObject | undefined) {
    if (object === undefined) return;
    const { kind, metadata, ...others } = object;
    for (const name of COPIES) this.#add(['metadata', 'annotations', name]);
    const { labels, annotations } = metadata;
    this.#search({ metadata: { labels: labels ?? {}, annotations: annotations ?? {} } }, []);
    for (const [field, value] of Object.entries(others)) {
      const block = BLOCKS[kind];
      const known = block !== undefined && field === 'spec';
      // Below `object.spec` people choose all names.
      if (known) this.#search({ [block]: value as Json }, [field], 1);
      else this.#search({ object: { [field]: value as Json } }, [], 1);
    }
  }

  /** Whether a value is one of them, or lies in one. */
  covers(steps: Steps): boolean {
    if (this.#places.size === 0) return false;
    return steps.some((_, i) => this.#places.has(JSON.stringify(steps.slice(0, i + 1))));
  }

  /** Whether there are none. */
  get none(): boolean {
    return this.#places.size === 0;
  }

  /** @param skipped how many steps of a place are the wrapping's, in the place of which `prefix` comes */
  #search(value: Record<string, Json>, prefix: Steps, skipped = 0): void {
    new PlaintextSearch(({ path }) => {
      // The rest of a path that was cut is all hidden.
      const { steps } = splitPathAsFar(path);
      this.#add([...prefix, ...steps.slice(skipped)]);
    }).search(value, '');
  }

  #add(steps: Steps): void {
    this.#places.add(JSON.stringify(steps));
  }
}

/** A value without what lies at any of some places: the value itself where nothing does. */
export function hide(
  value: Json | undefined,
  steps: Steps,
  places: readonly CredentialPlaces[],
): Json | undefined {
  if (value === undefined || places.every(({ none }) => none)) return value;
  if (places.some((known) => known.covers(steps))) return HIDDEN;
  return hideWithin(value, [...steps], places);
}

function hideWithin(value: Json, steps: (string | number)[], places: readonly CredentialPlaces[]): Json {
  if (typeof value !== 'object' || value === null) return value;
  const hideAt = (step: string | number, inner: Json): Json => {
    steps.push(step);
    const hidden = places.some((known) => known.covers(steps)) ? HIDDEN : hideWithin(inner, steps, places);
    steps.pop();
    return hidden;
  };
  if (!isObject(value)) {
    const items = value.map((item, i) => hideAt(i, item));
    return items.every((item, i) => item === value[i]) ? value : items;
  }
  const fields = Object.entries(value).map(([key, inner]) => [key, hideAt(key, inner ?? null)] as const);
  return fields.every(([key, inner]) => inner === value[key]) ? value : Object.fromEntries(fields);
}
