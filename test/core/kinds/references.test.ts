import { expect, test } from '@jest/globals';
import { FLUX_SCHEMAS } from '../../../src/core/kinds/flux-schemas.generated.ts';
import { objectKind } from '../../../src/core/kinds/object.ts';
import { findReferences, referencePaths } from '../../../src/core/kinds/references.ts';
import type { Schema } from '../../../src/core/validation/check-schema.ts';

/** Every path in a schema that ends in a field named `namespace`. */
function namespacesIn(schema: Schema, path: readonly string[] = []): string[] {
  const { properties = {}, items, additionalProperties } = schema;
  return [
    ...(properties['namespace'] === undefined ? [] : [path.join('.')]),
    ...Object.entries(properties).flatMap(([field, below]) => namespacesIn(below, [...path, field])),
    ...(items === undefined ? [] : namespacesIn(items, [...path, '*'])),
    ...(typeof additionalProperties === 'object' ? namespacesIn(additionalProperties, [...path, '{}']) : []),
  ];
}

/** Paths in the schemas of Flux by kind, for the kinds that have any. */
function byKind(find: (key: string, schema: Schema) => string[]): Record<string, string[]> {
  const found = Object.entries(FLUX_SCHEMAS).map(
    ([key, { spec }]) => [key.split('/')[1] ?? '', find(key, spec)] as const,
  );
  return Object.fromEntries(found.filter(([, paths]) => paths.length > 0));
}

/** All references of Flux 2.9. A new one has to be added here, and shows in which list. */
const REFERENCES = {
  HelmRelease: ['chart.spec.sourceRef', 'chartRef'],
  Kustomization: ['sourceRef'],
  Alert: ['eventSources.*'],
  Receiver: ['resources.*'],
  ExternalArtifact: ['sourceRef'],
  ImagePolicy: ['imageRepositoryRef'],
  ImageUpdateAutomation: ['sourceRef'],
};

/** What has a namespace and refers to no source. */
const OTHERS: Record<string, string[]> = {
  HelmRelease: [
    'dependsOn.*',
    'driftDetection.ignore.*.target',
    'postRenderers.*.kustomize.patches.*.target',
  ],
  Kustomization: ['dependsOn.*', 'healthChecks.*', 'ignore.*.target', 'patches.*.target'],
};

test('every reference in the schemas of Flux is found, and each namespace in them is known', () => {
  expect(byKind((key) => referencePaths(key).map((path) => path.join('.')))).toEqual(REFERENCES);
  const all = Object.entries(REFERENCES).map(
    ([kind, paths]) => [kind, [...paths, ...(OTHERS[kind] ?? [])].sort()] as const,
  );
  expect(byKind((_, schema) => namespacesIn(schema).sort())).toEqual(Object.fromEntries(all));
});

function found(apiVersion: string, kind: string, spec: object): string[] {
  return findReferences(objectKind(apiVersion, kind), spec as never).map(({ steps }) => steps.join('.'));
}

test('in a kind or version without a schema every object with a namespace and a name or kind counts as a reference, however deep', () => {
  const ref = { kind: 'Any', namespace: 'elsewhere' };
  const spec = {
    one: ref,
    list: [ref, [ref], { inner: { ...ref, below: { name: 'x', namespace: 'y' } } }],
    lone: { namespace: 'elsewhere' },
    dependsOn: [ref],
    wrong: { name: 'x', namespace: 7 },
    labels: { matchLabels: { name: 'x', namespace: 'y' } },
    nothing: null,
  };
  const paths = ['one', 'list.0', 'list.1.0', 'list.2.inner', 'list.2.inner.below'];
  expect(found('image.toolkit.fluxcd.io/v1beta2', 'ImagePolicy', spec)).toEqual(paths);
  expect(found('source.extensions.fluxcd.io/v1beta1', 'ArtifactGenerator', spec)).toEqual(paths);
  expect(found('new.toolkit.fluxcd.io/v1', 'Anything', spec)).toEqual(paths);
});

test('kinds of others than Flux refer to no source', () => {
  const spec = { sourceRef: { kind: 'GitRepository', name: 'x', namespace: 'elsewhere' } };
  expect(found('fluxcd.controlplane.io/v1', 'ResourceSet', { resources: [spec] })).toEqual([]);
  expect(found('external-secrets.io/v1', 'SecretStore', spec)).toEqual([]);
});

test('a value whose type the schema does not allow is skipped: another check refuses it', () => {
  expect(found('source.toolkit.fluxcd.io/v1', 'ExternalArtifact', { sourceRef: ['x'] })).toEqual([]);
  expect(found('notification.toolkit.fluxcd.io/v1', 'Receiver', { resources: { name: 'x' } })).toEqual([]);
});
