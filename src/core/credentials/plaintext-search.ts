/**
 * Finds credentials in plain text: by the form of a value (`credential-shapes.ts`), by the name of its field
 * (`credential-names.ts`), and in manifests and patches inside text (`inline-manifests.ts`). `credential-values.ts`
 * says which texts are no credentials. Everything is pure, and no result ever holds the credential. Start with {@link
 * PlaintextSearch}.
 */

import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { isObject, own } from '../values/json.ts';
import { joinPath } from '../values/path.ts';
import { isPlainCredential, namesCredential } from './credential-names.ts';
import { findCredentialShape } from './credential-shapes.ts';
import { isEncrypted, isReference } from './credential-values.ts';
import {
  holdsPlainText,
  mentionsSecret,
  newParseBudget,
  plainSecretField,
  readManifests,
  readOperations,
} from './inline-manifests.ts';

/** A credential that was found. It never holds the value. */
export interface PlaintextPlace {
  path: string;
  /** What the value is, in words, e.g. `a GitHub token`. */
  what: string;
}

/** The place of a value. */
interface Place {
  /** The field that names the value. Items of a list have the name of the list's field. */
  name: string;
  /** Whether people choose the names here, so that a name says what its value is. */
  free: boolean;
}

/** Fields below which people choose the names, each with the parents under which this holds. */
const FREE: Readonly<Partial<Record<string, readonly string[] | 'anywhere'>>> = {
  values: ['helmRelease'],
  substitute: ['postBuild', 'variables'],
  template: ['target'],
  spec: ['object'],
  eventMetadata: 'anywhere',
};

/**
 * How deep texts are searched that stand in texts. Each level takes a piece out of the one around it, so that unbounded
 * nesting would take quadratic time.
 */
const MAX_TEXTS = 3;

/** Searches JSON for credentials and checks each value once. Create one for each search. */
export class PlaintextSearch {
  readonly #report: (place: PlaintextPlace) => void;
  /** The path of the value that is searched now. */
  #path = '';
  readonly #budget = newParseBudget();
  /** Above 0 inside a text that was parsed as YAML. Everything found there is reported at the path of the text. */
  #inText = 0;

  /** `report` takes each credential when it is found. */
  constructor(report: (place: PlaintextPlace) => void) {
    this.#report = report;
  }

  /** Finds all credentials in `value`. `root` is the path of the value. */
  search(value: unknown, root: string): void {
    this.#path = root;
    this.#visit(value, { name: '', free: false });
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
    if (isEncrypted(text)) return;
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
      // A key can be a credential too. If so, it must not appear in a path.
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

  /** Checks a patch of Kustomize: a strategic merge, or a JSON patch with its target in the same item. */
  #visitPatch(text: string, item: JsonObject): void {
    const target = own(item, 'target');
    const ofSecret = isObject(target) && own(target, 'kind') === 'Secret';
    const shape = findCredentialShape(text);
    if (shape === undefined) this.#visitManifests(text, ofSecret);
    else this.#note(shape);
  }

  #visitManifests(text: string, ofSecret: boolean): void {
    if (this.#inText >= MAX_TEXTS) return;
    this.#inText += 1;
    for (const manifest of readManifests(text, this.#budget)) {
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
    this.#report({ path: this.#path, what });
  }

  #below(step: string | number, visit: () => void): void {
    if (this.#inText > 0) {
      visit();
      return;
    }
    const before = this.#path;
    this.#path = joinPath(before, [step]);
    visit();
    this.#path = before;
  }
}

/** Reads the name in a pair `{name: DB_PASSWORD, value: …}`, the form of container environments and many charts. */
function nameOfPair(object: JsonObject): string | undefined {
  const name = own(object, 'name');
  return typeof name === 'string' && namesCredential(name) ? name : undefined;
}

function isFree(key: string, parent: string): boolean {
  const parents = Object.hasOwn(FREE, key) ? FREE[key] : undefined;
  return parents === 'anywhere' || parents?.includes(parent) === true;
}

/** Whether a JSON patch sets plain text in a Secret's data: one key, or all of them. */
function isPlainData(value: unknown): boolean {
  if (typeof value === 'string') return !isReference(value);
  return holdsPlainText(value);
}
