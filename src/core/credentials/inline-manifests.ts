import { parseAllDocuments } from 'yaml';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { isDeeperThan, isObject, own } from '../values/json.ts';
import { isReference } from './credential-values.ts';

/** The longest text that is read as YAML, in characters; patches and manifests of people are far shorter. */
const MAX_TEXT = 131_072;
const MAX_DEPTH = 100;
const MAX_ALIASES = 100;

/** Without what costs more than linear time: a comparison of every key with every other, and errors with context. */
const PARSING = { logLevel: 'silent', prettyErrors: false, uniqueKeys: false } as const;

/** Only a text with one of these words can hold what is looked for. */
const HINT = /secret|passw|pwd|token|key|credential|data/i;

/** The documents of a text that is YAML or JSON; none where it is neither, or too long. */
export function readManifests(text: string): unknown[] {
  if (text.length > MAX_TEXT || !HINT.test(text)) return [];
  try {
    return [...parseAllDocuments(text, PARSING)]
      .filter((document) => document.errors.length === 0)
      .map((document) => document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown)
      .filter((value) => !isDeeperThan(value, MAX_DEPTH));
  } catch {
    // Too deep or too many aliases for the parser: nothing that people write, and nothing to judge.
    return [];
  }
}

/** Whether a text holds a Secret's manifest among others. */
export function mentionsSecret(text: string): boolean {
  return /^[ \t]{0,64}(?:-[ \t]{1,8})?["']?kind["']?:[ \t]{0,8}["']?Secret["']?[ \t,]{0,8}\r?$/m.test(text);
}

/** The field of a Secret's manifest that holds data as plain text; undefined where there is none. */
export function plainSecretField(manifest: JsonObject): 'data' | 'stringData' | undefined {
  return (['data', 'stringData'] as const).find((field) => {
    const data = own(manifest, field);
    return (
      isObject(data) && Object.values(data).some((value) => typeof value === 'string' && !isReference(value))
    );
  });
}

/** One operation of a JSON patch. */
export interface PatchOperation {
  /** The name of the field that it sets. */
  name: string;
  /** Whether it lies in a Secret's data, if the target is a Secret. */
  inData: boolean;
  value: unknown;
}

/** Reads a JSON patch (RFC 6902); none for anything else. */
export function readOperations(patch: unknown): PatchOperation[] {
  if (!Array.isArray(patch)) return [];
  return patch.filter(isObject).flatMap((operation) => {
    const path = own(operation, 'path');
    if (typeof path !== 'string') return [];
    const name = (path.split('/').at(-1) ?? '').replaceAll('~1', '/').replaceAll('~0', '~');
    return [{ name, inData: /^\/(?:data|stringData)(?:\/|$)/.test(path), value: own(operation, 'value') }];
  });
}
