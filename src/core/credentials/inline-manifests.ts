import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { isDeeperThan, isObject, own } from '../values/json.ts';
import { MarkBudget } from '../yaml/tokens/fault.ts';
import { readDocuments } from '../yaml/documents/read-documents.ts';
import { isReference } from './credential-values.ts';

/** The longest text to read as YAML, in characters. Patches and manifests that people write are far shorter. */
const MAX_TEXT = 131_072;
/** The deepest nesting of a document to search. */
const MAX_DEPTH = 100;
/** The most values of a document to search, counting each use of an anchor. */
const MAX_VALUES = 30_000;

/** A text without any of these words holds no credential, so it is not parsed. */
const HINT = /secret|passw|pwd|token|key|credential|data/i;

/** How much of texts may still be parsed, in characters that can mean something to the parser. */
export interface ParseBudget {
  marks: number;
}

/**
 * The budget of one search. Manifests and patches that people write have a mark for every seven characters, so this is
 * about 200 kB of them. A hostile text is all marks.
 */
export function newParseBudget(): ParseBudget {
  return { marks: 30_000 };
}

/**
 * Parses the documents of a YAML or JSON text, and takes it off the budget. Returns none if the text is neither, is too
 * long or too much for the budget, or has no hint.
 */
export function readManifests(text: string, budget: ParseBudget): unknown[] {
  if (text.length > MAX_TEXT || !HINT.test(text)) return [];
  const marks = countMarks(text);
  if (marks > budget.marks) return [];
  budget.marks -= marks;
  // The marks of the text bound those of the reader.
  return [...readDocuments(text, new MarkBudget(Infinity))].flatMap((document) =>
    document.ok && document.size <= MAX_VALUES && !isDeeperThan(document.value, MAX_DEPTH)
      ? [document.value]
      : [],
  );
}

/** The characters that are neither letters nor digits nor spaces. */
function countMarks(text: string): number {
  let marks = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i) | 0x20;
    const plain = (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || text[i] === ' ';
    if (!plain) marks += 1;
  }
  return marks;
}

/** Whether a text contains a line `kind: Secret`, so that it may hold a Secret's manifest. */
export function mentionsSecret(text: string): boolean {
  return /^[ \t]{0,64}(?:-[ \t]{1,8})?["']?kind["']?:[ \t]{0,8}["']?Secret["']?[ \t,]{0,8}\r?$/m.test(text);
}

/** Finds the field of a Secret's manifest that holds plain text; undefined if there is none. */
export function plainSecretField(manifest: JsonObject): 'data' | 'stringData' | undefined {
  return (['data', 'stringData'] as const).find((field) => holdsPlainText(own(manifest, field)));
}

/** Whether a Secret's data holds plain text in any of its keys. */
export function holdsPlainText(data: unknown): boolean {
  return (
    isObject(data) && Object.values(data).some((value) => typeof value === 'string' && !isReference(value))
  );
}

/** One operation of a JSON patch. */
export interface PatchOperation {
  /** The name of the field that it sets. */
  name: string;
  /** Whether the field lies in `data` or `stringData`. */
  inData: boolean;
  value: unknown;
}

/** Reads the operations of a JSON patch (RFC 6902); empty for anything else. */
export function readOperations(patch: unknown): PatchOperation[] {
  if (!Array.isArray(patch)) return [];
  return patch.filter(isObject).flatMap((operation) => {
    const path = own(operation, 'path');
    if (typeof path !== 'string') return [];
    const name = (path.split('/').at(-1) ?? '').replaceAll('~1', '/').replaceAll('~0', '~');
    return [{ name, inData: /^\/(?:data|stringData)(?:\/|$)/.test(path), value: own(operation, 'value') }];
  });
}
