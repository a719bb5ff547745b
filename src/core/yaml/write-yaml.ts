import { Document, visit } from 'yaml';
import type { Json, KubeObject } from '../../api/object.ts';
import { sortKeys } from '../values/json.ts';
import { isMisread } from './documents/plain-scalar.ts';
import { toJson } from './write-json.ts';

/**
 * Objects as YAML documents with sorted keys. Strings that readers of YAML 1.1, such as kubectl, would read as another
 * type are quoted.
 */
export function toYamlDocuments(objects: readonly KubeObject[]): string {
  return objects.map((object) => toYaml(object)).join('---\n');
}

/** One JSON value as YAML with sorted keys, quoted as in {@link toYamlDocuments}. */
export function toYaml(value: unknown): string {
  const document = new Document(sortKeys(value as Json), {
    version: '1.1',
    // With this tag a key `<<` would be written without quotes, and read back as a merge.
    customTags: (tags) =>
      tags.filter((tag) => typeof tag === 'string' || tag.tag !== 'tag:yaml.org,2002:merge'),
    aliasDuplicateObjects: false,
  });
  visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === 'string' && needsQuotes(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
    },
  });
  // Every string with such a character is in double quotes by now, so that it can be escaped.
  return document.toString({ lineWidth: 0 }).replace(UNPRINTABLE, escapeCharacter);
}

/** Characters that YAML readers refuse or take for the end of a line. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

/** Numbers in Go's notation, with digits that no base has, and characters to escape. */
const MISREAD = /^[-+]?0[\w]*$|[\u007f-\u009f\u2028\u2029\ufeff]/;

/**
 * Texts of several lines that a reader in Go refuses or shortens as a block: those that begin with a tab, after any
 * spaces and empty lines, or with a line of spaces.
 */
const UNFIT_BLOCK = /^(?=[^]*\n)[ \n]*\t|^ +\n/;

/** Whether readers in Go misread a text though YAML 1.1 does not. */
function needsQuotes(text: string): boolean {
  return MISREAD.test(text) || UNFIT_BLOCK.test(text) || isMisread(text);
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Objects as a Kubernetes `List` in JSON with sorted keys, indented by two spaces and ending in a line break. */
export function toJsonList(objects: readonly KubeObject[]): string {
  return toJson({ apiVersion: 'v1', kind: 'List', items: objects });
}
