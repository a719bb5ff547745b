import { GROUP, KIND, PLURAL, VERSION } from '../../src/api/names.ts';
import { Blueprint } from '../../src/api/schema/blueprint.ts';
import { COMPONENT_BLOCKS, SOURCE_BLOCKS } from '../../src/api/schema/spec.ts';

/** JSON as it goes into a generated file. */
export type Plain = Record<string, unknown>;

/** The blueprint's schema as the API server takes it: functions and TypeBox's own marks fall away in JSON. */
export function structuralSchema(): Plain {
  const schema = JSON.parse(JSON.stringify(Blueprint)) as unknown;
  return shortenDefaults(removeFieldPaths(schema)) as Plain;
}

/**
 * Drops the prose below `defaults`, and in the blocks of layers that stand in components or sources too: they are
 * described there. The CRD must stay small enough for plain `kubectl apply`, which keeps a copy of it in an annotation.
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

/** The CustomResourceDefinition of FluxBlueprint. */
export function buildCrd(): Plain {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${PLURAL}.${GROUP}`,
      labels: { 'app.kubernetes.io/name': 'fluxblueprint', 'app.kubernetes.io/part-of': 'fluxblueprint' },
      annotations: {
        // A Kustomization with variables must not replace the ${VAR} that stand in descriptions.
        'kustomize.toolkit.fluxcd.io/substitute': 'disabled',
      },
    },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: {
        kind: KIND,
        listKind: `${KIND}List`,
        plural: PLURAL,
        singular: KIND.toLowerCase(),
        shortNames: ['fbp'],
        categories: ['flux'],
      },
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          additionalPrinterColumns: printerColumns,
          subresources: { status: {} },
          schema: { openAPIV3Schema: structuralSchema() },
        },
      ],
    },
  };
}

const printerColumns = [
  { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
  {
    name: 'Components',
    type: 'string',
    jsonPath: '.status.summary.components',
    description: 'Ready of all.',
  },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  {
    name: 'Status',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Ready")].message',
    priority: 1,
  },
];

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
