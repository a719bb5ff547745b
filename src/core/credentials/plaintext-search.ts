import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { isObject, own } from '../values/json.ts';
import { joinPath } from '../values/path.ts';
import { isPlainCredential, namesCredential } from './credential-names.ts';
import { findCredentialShape } from './credential-shapes.ts';
import { isReference } from './credential-values.ts';
import { mentionsSecret, plainSecretField, readManifests, readOperations } from './inline-manifests.ts';

/** A credential that was found: where, and what it looks like; never the value. */
export interface PlaintextPlace {
  path: string;
  what: string;
}

/** Where a value stands. */
interface Place {
  /** The field that names it: for an item of a list, the list's. */
  name: string;
  /** Whether names are people's own here, so that they mean what they say. */
  free: boolean;
}

/** Blocks below which names are people's own, by their parent where the name alone could be anything. */
const FREE: Readonly<Partial<Record<string, readonly string[] | 'anywhere'>>> = {
  values: ['helmRelease'],
  substitute: ['postBuild', 'variables'],
  template: ['target'],
  spec: ['object'],
  eventMetadata: 'anywhere',
};

/** Searches JSON for credentials. Each value is looked at once. */
export class PlaintextSearch {
  readonly #found: PlaintextPlace[] = [];
  readonly #steps: (string | number)[] = [];
  #root = '';
  /** Above 0 inside a text that was read as YAML: all of it is told at the text's own path. */
  #inText = 0;

  /** Everything below `value`, whose path is `root`. */
  search(value: unknown, root: string): PlaintextPlace[] {
    this.#root = root;
    this.#visit(value, { name: '', free: false });
    return this.#found;
  }

  #visit(value: unknown, place: Place): void {
    if (typeof value === 'string') this.#visitText(value, place);
    else if (Array.isArray(value)) {
      value.forEach((item: unknown, i) => {
        this.#below(i, () => {
          this.#visit(item, place);
        });
      });
    } else if (isObject(value)) this.#visitObject(value, place);
  }

  #visitText(text: string, { name, free }: Place): void {
    if (/^ENC\[AES256_GCM,/.test(text)) return;
    const shape = findCredentialShape(text);
    if (shape !== undefined) this.#note(shape);
    else if (free && isPlainCredential(name, text)) this.#note('what its name says is a credential');
    else if (free && mentionsSecret(text)) this.#visitManifests(text, false);
  }

  #visitObject(object: JsonObject, { name, free }: Place): void {
    const field = own(object, 'kind') === 'Secret' ? plainSecretField(object) : undefined;
    if (field !== undefined) {
      this.#below(field, () => {
        this.#note('the data of a Secret');
      });
      return;
    }
    const called = nameOfPair(object);
    for (const [key, value] of Object.entries(object)) {
      if (value === undefined) continue;
      // A key can be a credential too; then it is no part of a path.
      if (findCredentialShape(key) !== undefined) this.#note('a credential as the name of a field');
      else
        this.#visitField(object, key, value, { name: key === 'value' ? (called ?? name) : key, free }, name);
    }
  }

  #visitField(object: JsonObject, key: string, value: unknown, place: Place, parent: string): void {
    this.#below(key, () => {
      if (key === 'patch' && typeof value === 'string') this.#visitPatch(value, object);
      else this.#visit(value, { ...place, free: place.free || isFree(key, parent) });
    });
  }

  /** A patch of Kustomize: a strategic merge, or a JSON patch whose target stands beside it. */
  #visitPatch(text: string, item: JsonObject): void {
    const target = own(item, 'target');
    const ofSecret = isObject(target) && own(target, 'kind') === 'Secret';
    const shape = findCredentialShape(text);
    if (shape === undefined) this.#visitManifests(text, ofSecret);
    else this.#note(shape);
  }

  #visitManifests(text: string, ofSecret: boolean): void {
    this.#inText += 1;
    for (const manifest of readManifests(text)) {
      const operations = readOperations(manifest);
      for (const { name, inData, value } of operations) {
        if (ofSecret && inData && isPlainData(value)) this.#note('the data of a Secret');
        else this.#visit(value, { name, free: true });
      }
      if (operations.length > 0) continue;
      const merged = ofSecret && isObject(manifest) ? { kind: 'Secret', ...manifest } : manifest;
      this.#visit(merged, { name: '', free: true });
    }
    this.#inText -= 1;
  }

  #note(what: string): void {
    this.#found.push({ path: joinPath(this.#root, this.#steps), what });
  }

  #below(step: string | number, visit: () => void): void {
    if (this.#inText > 0) {
      visit();
      return;
    }
    this.#steps.push(step);
    visit();
    this.#steps.pop();
  }
}

/** The name in a pair `{name: DB_PASSWORD, value: …}`, as environments of containers and many charts write them. */
function nameOfPair(object: JsonObject): string | undefined {
  const name = own(object, 'name');
  return typeof name === 'string' && namesCredential(name) ? name : undefined;
}

function isFree(key: string, parent: string): boolean {
  const parents = Object.hasOwn(FREE, key) ? FREE[key] : undefined;
  return parents === 'anywhere' || parents?.includes(parent) === true;
}

/** Whether a JSON patch sets a Secret's data, one key or all, as plain text. */
function isPlainData(value: unknown): boolean {
  if (typeof value === 'string') return !isReference(value);
  return (
    isObject(value) && Object.values(value).some((item) => typeof item === 'string' && !isReference(item))
  );
}
