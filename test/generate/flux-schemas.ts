import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Schema } from '../../src/core/validation/check-schema.ts';
import { GENERATED_KINDS } from '../../src/core/kinds/index.ts';

/** The keywords of a Flux CRD's schema that the compiler checks. Defaults are left to the API server. */
const KEPT = [
  'type',
  'required',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'minimum',
  'maximum',
  'nullable',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
] as const;

interface CrdVersion {
  name: string;
  served: boolean;
  schema: { openAPIV3Schema: { properties: { spec?: Record<string, unknown> } } };
}
interface Crd {
  spec: { group: string; names: { kind: string }; versions: CrdVersion[] };
}

/** The source of `src/core/kinds/flux-schemas.generated.ts`, made from the Flux CRDs in a folder. */
export async function generateFluxSchemas(crdFolder: string): Promise<string> {
  const entries: [string, { version: string; spec: Schema }][] = [];
  for (const file of (await readdir(crdFolder)).sort()) {
    if (!file.endsWith('.yaml')) continue;
    const crd = parse(await readFile(join(crdFolder, file), 'utf8')) as Crd;
    if (!crd.spec.group.endsWith('.toolkit.fluxcd.io')) continue;
    const version = crd.spec.versions.find((candidate) => candidate.served);
    const spec = version?.schema.openAPIV3Schema.properties.spec;
    if (version === undefined || spec === undefined) continue;
    entries.push([
      `${crd.spec.group}/${crd.spec.names.kind}`,
      { version: version.name, spec: digestSchema(spec) },
    ]);
  }
  const missing = GENERATED_KINDS.filter(
    ({ group, kind }) => !entries.some(([key]) => key === `${group}/${kind}`),
  );
  if (missing.length > 0)
    throw new Error(`no CRD of ${missing.map(({ kind }) => kind).join(', ')} in ${crdFolder}`);
  const lines = entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, entry]) => `  ${JSON.stringify(key)}: ${JSON.stringify(entry)},`);
  return [
    '// Generated from the CRDs of Flux 2.9 by `make generate`; do not edit.',
    "import type { Schema } from '../validation/check-schema.ts';",
    '',
    '/** By `group/Kind`: the version that Flux 2.9 serves, and what its `spec` may hold. */',
    'export const FLUX_SCHEMAS: Readonly<Record<string, { version: string; spec: Schema }>> = {',
    ...lines,
    '};',
    '',
  ].join('\n');
}

function digestSchema(schema: Record<string, unknown>): Schema {
  const digest: Record<string, unknown> = {};
  for (const key of KEPT) if (schema[key] !== undefined) digest[key] = schema[key];
  const { properties, items, additionalProperties } = schema as {
    properties?: Record<string, Record<string, unknown>>;
    items?: Record<string, unknown>;
    additionalProperties?: Record<string, unknown> | boolean;
  };
  const rules = schema['x-kubernetes-validations'] as { rule: string; message: string }[] | undefined;
  if (rules !== undefined) {
    digest['x-kubernetes-validations'] = rules.map(({ rule, message }) => ({
      rule: rule.replaceAll(/\s+/g, ' '),
      message,
    }));
  }
  if (properties !== undefined) {
    digest['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, digestSchema(property)]),
    );
  }
  if (items !== undefined) digest['items'] = digestSchema(items);
  if (typeof additionalProperties === 'object')
    digest['additionalProperties'] = digestSchema(additionalProperties);
  else if (additionalProperties !== undefined) digest['additionalProperties'] = additionalProperties;
  return digest;
}
