import { REVISION_KIND } from '../../src/api/names.ts';
import type { Plain } from './crd.ts';

interface Field extends Plain {
  type?: string;
  description?: string;
  enum?: string[];
  required?: string[];
  properties?: Record<string, Field>;
  items?: Field;
  additionalProperties?: Field;
  'x-kubernetes-validations'?: { message: string }[];
}

/** `docs/reference.md`: every field of the API with its type, from the schemas that the CRDs are made of. */
export function buildReference(blueprint: Plain, revision: Plain): string {
  const lines = [
    '<!-- Generated from src/api/schema by `make generate`; do not edit. -->',
    '',
    '# FluxBlueprint reference',
    '',
    'API version `fluxblueprint.io/v1beta1`. Fields of the blocks `git`, `oci`, `helm`, `bucket`, `kustomization` and',
    '`helmRelease`, of providers and of alerts that are not listed here pass through to Flux under their own names.',
  ];
  appendKind(lines, blueprint);
  lines.push('', `# ${REVISION_KIND} reference`, '', revision['description'] as string);
  appendKind(lines, revision, `${REVISION_KIND}.`);
  return `${lines.join('\n')}\n`;
}

/** A path of the second kind begins with its name, so that no two headings are the same. */
function appendKind(lines: string[], schema: Plain, prefix = ''): void {
  for (const part of ['spec', 'status']) {
    const field = (schema as Field).properties?.[part];
    if (field !== undefined) appendSection(lines, `${prefix}${part}`, field);
  }
}

function appendSection(lines: string[], path: string, field: Field): void {
  const { properties } = field;
  if (properties === undefined) return;
  lines.push('', `## ${path}`, '', field.description ?? '');
  const rules = field['x-kubernetes-validations'] ?? [];
  if (rules.length > 0) lines.push('', ...rules.map((rule) => `- ${rule.message}`));
  lines.push('', '| field | type | meaning |', '| --- | --- | --- |');
  for (const [name, property] of Object.entries(properties)) {
    const needed = field.required?.includes(name) === true ? ' (required)' : '';
    lines.push(`| \`${name}\` | ${typeOf(property)}${needed} | ${meaningOf(property)} |`);
  }
  // The blocks below `defaults` are those of sources and components.
  if (path.endsWith('defaults')) return;
  for (const [name, property] of Object.entries(properties)) appendBelow(lines, `${path}.${name}`, property);
}

function appendBelow(lines: string[], path: string, property: Field): void {
  appendSection(lines, path, property);
  if (property.items !== undefined) appendSection(lines, `${path}[]`, property.items);
}

function typeOf(field: Field): string {
  if (field.enum !== undefined) return field.enum.map((value) => `\`${value}\``).join(' ');
  if (field.items !== undefined) return `list of ${typeOf(field.items)}`;
  if (field.additionalProperties !== undefined) return `map of ${typeOf(field.additionalProperties)}`;
  return field.type ?? 'any';
}

function meaningOf(field: Field): string {
  return (field.description ?? '').replaceAll('|', '\\|').replaceAll('\n', ' ');
}
