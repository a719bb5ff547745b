import { API_VERSION, KIND } from '../../src/api/names.ts';
import type { Plain } from './crd.ts';

/**
 * The JSON schema for editors: the structural schema, in which a field that is not listed is an error unless the
 * object passes fields through. Kubernetes' own keywords are left out.
 */
export function buildEditorSchema(schema: Plain): Plain {
  const closed = closeObjects(schema) as { properties: Record<string, Plain> } & Plain;
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: KIND,
    ...closed,
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    properties: {
      ...closed.properties,
      apiVersion: { const: API_VERSION },
      kind: { const: KIND },
      metadata: { type: 'object' },
    },
  };
}

function closeObjects(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closeObjects);
  if (typeof value !== 'object' || value === null) return value;
  const source = value as Plain;
  const open =
    source['x-kubernetes-preserve-unknown-fields'] === true || source['additionalProperties'] !== undefined;
  const result = Object.fromEntries(
    Object.entries(source)
      .filter(([key]) => !key.startsWith('x-kubernetes-'))
      .map(([key, field]) => [key, closeObjects(field)]),
  );
  return source['type'] === 'object' && source['properties'] !== undefined && !open
    ? { ...result, additionalProperties: false }
    : result;
}
