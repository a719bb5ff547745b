import { stringify } from 'yaml';
import type { Json, KubeObject } from '../api/object.ts';
import { sortKeys } from './json.ts';

/** A JSON value as text, the same bytes for the same value. */
export function toCanonicalJson(value: unknown): string {
  return JSON.stringify(sortKeys(value as Json));
}

/** Objects as YAML documents, keys sorted. Strings that YAML 1.1 readers such as kubectl take for others are quoted. */
export function toYamlDocuments(objects: readonly KubeObject[]): string {
  return objects.map((object) => toYaml(object)).join('---\n');
}

/** One value as YAML, keys sorted. */
export function toYaml(value: unknown): string {
  return stringify(sortKeys(value as Json), { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
}

/** Objects as a Kubernetes List in JSON. */
export function toJsonList(objects: readonly KubeObject[]): string {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  return `${JSON.stringify(sortKeys(list as unknown as Json), null, 2)}\n`;
}
