import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { GROUP, PLURAL } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { fullSchema, schemaAt } from '../../generate/crd.ts';
import { BLUEPRINT } from '../../generate/kinds.ts';
import { ofItems, rulesOf, without } from '../../generate/lift-rules.ts';
import { crdFolder } from '../operator/cluster.ts';

/** Any part of a schema, as the CRD has it. */
type Schema = Record<string, unknown>;

/** A form of the CRD whose cost is measured beside the shipped one. */
export interface CrdVariant {
  /** What it is, in the words of docs/benchmarks.md. */
  name: string;
  /** Its API group: each variant has a group of its own, so that all of them are served at once. */
  group: string;
  /** Changes the schema of the shipped CRD. */
  change: (schema: Schema) => Schema;
}

const variant = (key: string, name: string, change: CrdVariant['change']): CrdVariant => ({
  name,
  group: `${key}.store.bench.fluxblueprint.io`,
  change,
});

const COMPONENTS = ['spec', 'layers', 'components'];
const BLOCKS = ['kustomization', 'helmRelease', 'object'];
const SOURCES = ['source', 'git', 'oci', 'helm', 'bucket'];
/** The rules of a component, which the shipped CRD leaves to the policy. */
const RULES = rulesOf({ ...schemaAt(fullSchema(BLUEPRINT), ...COMPONENTS) });

/** The CRD that is shipped, what it was, and what each of its parts costs, told by leaving that out. */
export const CRD_VARIANTS: readonly [CrdVariant, ...CrdVariant[]] = [
  variant('shipped', 'as shipped', (schema) => schema),
  variant('former', 'with rules and a list map of components', ruleEachComponent),
  variant('list-rules', 'rules of the list of components', (schema) =>
    changeAt(schema, COMPONENTS, (components) => ({
      ...components,
      'x-kubernetes-validations': RULES.map((rule) => ofItems(rule, 'component')),
    })),
  ),
  variant('one-of', 'the same as `oneOf` and `not`', (schema) =>
    changeAt(schema, [...COMPONENTS, ''], (component) => ({
      ...component,
      oneOf: BLOCKS.map((field) => ({ required: [field] })),
      not: { anyOf: pairsOf(SOURCES).map((required) => ({ required })) },
    })),
  ),
  variant('plain', 'no rules, every list atomic', (schema) => makeAtomic(dropRules(schema))),
  variant('open-layers', '`layers` without a schema', (schema) =>
    changeAt(schema, ['spec', 'layers'], () => openList()),
  ),
  variant('open-spec', '`spec` without a schema', (schema) =>
    changeAt(schema, ['spec'], () => ({ type: 'object', ...OPEN })),
  ),
];

/** The CRD of a variant, to apply. */
export async function crdOf({ group, change }: CrdVariant): Promise<KubeObject> {
  const crd = parse(
    await readFile(join(crdFolder, `fluxblueprint.io_${PLURAL}.yaml`), 'utf8'),
  ) as KubeObject & {
    spec: { versions: readonly { schema: { openAPIV3Schema: Schema } }[] };
  };
  const versions = crd.spec.versions.map((version) => ({
    ...version,
    schema: { openAPIV3Schema: change(version.schema.openAPIV3Schema) },
  }));
  return {
    ...crd,
    metadata: { name: `${PLURAL}.${group}` },
    spec: { ...crd.spec, group, versions },
  };
}

/** The policy that is installed with the CRD, for the group of a variant. */
export async function policyOf({ group }: CrdVariant): Promise<KubeObject[]> {
  const file = new URL('../../../config/admission/components.yaml', import.meta.url);
  const text = (await readFile(file, 'utf8')).replaceAll(`- ${GROUP}\n`, `- ${group}\n`);
  return parseAllDocuments(text).map((document) => document.toJS() as KubeObject);
}

const OPEN = { 'x-kubernetes-preserve-unknown-fields': true };

function openList(): Schema {
  return { type: 'array', 'x-kubernetes-list-type': 'atomic', items: { type: 'object', ...OPEN } };
}

function dropRules(schema: Schema): Schema {
  return mapSchemas(schema, (each) => without(each, 'x-kubernetes-validations'));
}

function makeAtomic(schema: Schema): Schema {
  return mapSchemas(schema, (each) =>
    each['type'] === 'array'
      ? { ...without(each, 'x-kubernetes-list-map-keys'), 'x-kubernetes-list-type': 'atomic' }
      : each,
  );
}

function pairsOf(fields: readonly string[]): string[][] {
  return fields.flatMap((one, i) => fields.slice(i + 1).map((other) => [one, other]));
}

/** What the CRD was until its cost was measured: two rules for each component, and fields of each with owners. */
function ruleEachComponent(schema: Schema): Schema {
  return changeAt(schema, COMPONENTS, (components) => ({
    ...components,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
    items: {
      ...(components['items'] as Schema),
      'x-kubernetes-validations': RULES,
    },
  }));
}

/** Changes every schema in one, those of fields and items included. */
function mapSchemas(schema: Schema, change: (schema: Schema) => Schema): Schema {
  const { properties, items, additionalProperties, ...rest } = schema;
  const inside = (value: unknown): unknown =>
    typeof value === 'object' && value !== null ? mapSchemas(value as Schema, change) : value;
  return change({
    ...rest,
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties as Schema).map(([name, field]) => [name, inside(field)]),
          ),
        }),
    ...(items === undefined ? {} : { items: inside(items) }),
    ...(additionalProperties === undefined ? {} : { additionalProperties: inside(additionalProperties) }),
  });
}

/** Changes the schema of one field; a list is entered by its items, and an empty step stands for these. */
function changeAt(schema: Schema, path: readonly string[], change: (schema: Schema) => Schema): Schema {
  const [field, ...rest] = path;
  if (field === undefined) return change(schema);
  if (field === '') return { ...schema, items: changeAt(schema['items'] as Schema, rest, change) };
  if (schema['type'] === 'array')
    return { ...schema, items: changeAt(schema['items'] as Schema, path, change) };
  const properties = schema['properties'] as Record<string, Schema>;
  const found = properties[field];
  if (found === undefined) throw new Error(`the schema has no field ${field}`);
  return { ...schema, properties: { ...properties, [field]: changeAt(found, rest, change) } };
}
