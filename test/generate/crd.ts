import { GROUP, VERSION } from '../../src/api/names.ts';
import { COMPONENT_BLOCKS, SOURCE_BLOCKS } from '../../src/api/schema/spec.ts';
import { liftRules } from './lift-rules.ts';

/** JSON as it goes into a generated file. */
export type Plain = Record<string, unknown>;

/** A kind of the API: its names, its schema, and what `kubectl get` shows of it. */
export interface ApiKind {
  kind: string;
  plural: string;
  shortName: string;
  schema: object;
  columns: readonly Plain[];
}

/** The schema of a kind with all descriptions. JSON drops the functions and TypeBox's own symbols. */
export function fullSchema({ schema }: Pick<ApiKind, 'schema'>): Plain {
  return JSON.parse(JSON.stringify(schema)) as Plain;
}

/** The schema in the form that the API server takes, with each field described once. */
function structuralSchema(kind: ApiKind): Plain {
  const schema = liftRules(dropKeysOfWhole(removeFieldPaths(fullSchema(kind))) as Plain);
  return dropEchoes(shortenDefaults(shortenLayers(schema))) as Plain;
}

/** Drops the keys of lists that have one owner as a whole: the core alone refuses an item twice there. */
function dropKeysOfWhole(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropKeysOfWhole);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([key, field]) => [key, dropKeysOfWhole(field)] as const);
  const whole = (value as Plain)['x-kubernetes-list-type'] === 'atomic';
  return Object.fromEntries(fields.filter(([key]) => !(whole && key === 'x-kubernetes-list-map-keys')));
}

/** Drops descriptions that say no more than the name of their field: `labels`, "Labels." */
function dropEchoes(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => dropEchoes(item));
  if (typeof value !== 'object' || value === null) return value;
  const { description, ...rest } = value as Plain;
  const fields = Object.entries(rest).map(([key, field]) => [key, dropEchoes(field, key)]);
  const echoes = typeof description === 'string' && lettersOf(description) === lettersOf(name);
  return Object.fromEntries(
    description === undefined || echoes ? fields : [['description', dropEchoes(description)], ...fields],
  );
}

function lettersOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z]/g, '');
}

/**
 * Drops the descriptions below the fields that layers and components have in common: those of components are kept. The
 * CRD must stay small enough for plain `kubectl apply`, which keeps a copy of it in an annotation.
 */
function shortenLayers(schema: Plain): Plain {
  if (!Object.hasOwn(schemaAt(schema, 'spec').properties, 'layers')) return schema;
  const { properties: layer } = schemaAt(schema, 'spec', 'layers');
  const { properties: component } = schemaAt(schema, 'spec', 'layers', 'components');
  for (const name of Object.keys(layer)) {
    if (Object.hasOwn(component, name)) layer[name] = shortenBelow(layer[name] as Plain);
  }
  return schema;
}

function shortenBelow({ description, ...schema }: Plain): Plain {
  return { ...(shortenDefaults(schema, true) as Plain), description };
}

/** The schema of a field, or of the items of a list. */
export function schemaAt(schema: Plain, ...fields: readonly string[]): { properties: Plain } {
  let at = schema;
  for (const field of fields) {
    const found = (at['properties'] as Plain)[field] as Plain;
    at = (found['items'] ?? found) as Plain;
  }
  return at as { properties: Plain };
}

/**
 * Drops the descriptions below `defaults`, and in the blocks of layers that components or sources have, too: they are
 * described there.
 */
function shortenDefaults(value: unknown, silent = false, below = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => shortenDefaults(item, silent, below));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, field]) => !(silent && key === 'description' && typeof field === 'string'))
      .map(([key, field]) => {
        const inside = key === 'layers' || (key === 'components' && below === 'layers') ? key : below;
        return [key, isRepeated(key, below) ? shortenBlocks(field) : shortenDefaults(field, silent, inside)];
      }),
  );
}

function isRepeated(key: string, below: string): boolean {
  if (key === 'defaults') return true;
  if (below !== '' && SOURCE_BLOCKS.some((block) => block === key)) return true;
  return below === 'layers' && COMPONENT_BLOCKS.some((block) => block === key);
}

function shortenBlocks(defaults: unknown): unknown {
  const { properties, ...rest } = defaults as { properties?: Plain };
  return properties === undefined ? defaults : { ...rest, properties: shortenDefaults(properties, true) };
}

/** The CustomResourceDefinition of a kind. */
export function buildCrd(apiKind: ApiKind): Plain {
  const { kind, plural, shortName, columns } = apiKind;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${GROUP}`,
      labels: { 'app.kubernetes.io/name': 'fluxblueprint', 'app.kubernetes.io/part-of': 'fluxblueprint' },
      annotations: {
        // A Kustomization with variables must not substitute the ${VAR} in descriptions.
        'kustomize.toolkit.fluxcd.io/substitute': 'disabled',
        // With a CRD all its objects go: a Kustomization that installed it and is deleted leaves it there.
        'kustomize.toolkit.fluxcd.io/prune': 'disabled',
      },
    },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        shortNames: [shortName],
        categories: ['flux'],
      },
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          additionalPrinterColumns: columns,
          subresources: { status: {} },
          schema: { openAPIV3Schema: structuralSchema(apiKind) },
        },
      ],
    },
  };
}

/** A root rule's `fieldPath` may not point into metadata, which the API server's schema does not hold. */
function removeFieldPaths(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(removeFieldPaths);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([key, field]) =>
          !(key === 'fieldPath' && typeof field === 'string' && field.startsWith('.metadata')),
      )
      .map(([key, field]) => [key, removeFieldPaths(field)]),
  );
}
