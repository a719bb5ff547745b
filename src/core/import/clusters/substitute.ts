import type { Json } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { isObject, own, textAt } from '../../values/json.ts';
import { readDocuments } from '../../yaml/documents/read-documents.ts';
import { MarkBudget, TooManyMarks } from '../../yaml/tokens/fault.ts';
import { createDocument, printDocument } from '../../yaml/write-yaml.ts';
import type { SourceObject } from '../read/source-object.ts';

/** A variable in a text: its name, and what stands for it where nobody gives it; or an escaped one. */
const VARIABLE = /\$\$\{|\$\{([A-Za-z_]\w*)(?::?[=-]([^{}$]*))?\}/g;

/** The label or annotation of an object in which Flux fills nothing in. */
const DISABLED = 'kustomize.toolkit.fluxcd.io/substitute';

/** The most marks (keys, values, brackets, commas) that an object may have. */
const MAX_MARKS = 1_000_000;

/** Whether an object has variables of Flux. */
export function hasVariables({ name, labels, annotations, spec }: SourceObject): boolean {
  return /\$\{/.test(JSON.stringify([name, labels, annotations, spec]));
}

/**
 * An object with the variables filled in that a Kustomization gives by itself. Those that it takes from ConfigMaps and
 * Secrets stay as they are.
 */
export function fillIn(object: SourceObject, by: SourceObject): SourceObject {
  const postBuild = own(by.spec, 'postBuild');
  if (!isObject(postBuild) || !hasVariables(object) || isDisabled(object)) return object;
  const variables = own(postBuild, 'substitute');
  const others = own(postBuild, 'substituteFrom');
  const known = isObject(variables) ? variables : {};
  const isWhole = !Array.isArray(others) || others.length === 0;
  const { name, labels, annotations, spec } = object;
  // As Flux does it: in the text, so that a number that is filled in is a number.
  const text = printDocument(createDocument({ name, labels, annotations, spec }));
  const filled = parse(replaceIn(text, known, isWhole));
  const named = textAt(filled, ['name']);
  if (filled === undefined || named === undefined) return object;
  return {
    ...object,
    name: named,
    labels: textsIn(own(filled, 'labels')) ?? labels,
    annotations: textsIn(own(filled, 'annotations')) ?? annotations,
    spec: objectOr(own(filled, 'spec'), spec),
  };
}

function isDisabled({ labels, annotations }: SourceObject): boolean {
  return labels[DISABLED] === 'disabled' || annotations[DISABLED] === 'disabled';
}

/** Fills variables in. `isWhole` says that there are no others, so that the defaults count and escapes end. */
function replaceIn(text: string, known: JsonObject, isWhole: boolean): string {
  return text.replace(VARIABLE, (written, name: string | undefined, byDefault: string | undefined) => {
    if (name === undefined) return isWhole ? '${' : written;
    const value = own(known, name);
    if (typeof value === 'string' && value !== '') return value.replaceAll('\n', '');
    return isWhole && byDefault !== undefined ? byDefault : written;
  });
}

function parse(text: string): JsonObject | undefined {
  try {
    for (const document of readDocuments(text, new MarkBudget(MAX_MARKS)))
      return document.ok && isObject(document.value) ? document.value : undefined;
  } catch (error) {
    if (!(error instanceof TooManyMarks)) throw error;
  }
  return undefined;
}

function textsIn(value: unknown): Record<string, string> | undefined {
  if (!isObject(value)) return undefined;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, textOf(field ?? '')]));
}

/** A value as the text that was filled in. */
function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function objectOr(value: unknown, other: JsonObject): JsonObject {
  return isObject(value) ? value : other;
}
