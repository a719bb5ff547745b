import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { textAt } from '../values/json.ts';

/** The longest name that Helm allows for a release, in characters. */
const MAX_LENGTH = 53;

/** How many characters of a digest stand for what is cut from a longer name. */
const DIGEST_LENGTH = 12;

/**
 * Shortens the name of a release as helm-controller does (`ShortenName` in its `internal/release/name.go`): a name of
 * more than 53 characters becomes its first 40, a hyphen and 12 hexadecimal digits of its SHA-256.
 */
export function shortenName(name: string): string {
  if (name.length <= MAX_LENGTH) return name;
  const digest = bytesToHex(sha256(utf8ToBytes(name))).slice(0, DIGEST_LENGTH);
  return `${name.slice(0, MAX_LENGTH - DIGEST_LENGTH - 1)}-${digest}`;
}

/**
 * The name that Flux gives the release of a HelmRelease of this name where its spec names none:
 * `[<targetNamespace>-]<name>`, shortened.
 */
export function defaultReleaseName(spec: JsonObject, name: string): string {
  const target = textAt(spec, ['targetNamespace']) ?? '';
  return shortenName(target === '' ? name : `${target}-${name}`);
}
