import fc from 'fast-check';
import { type Schema, checkSchema } from '../../../src/core/validation/check-schema.ts';

/** What the fields of an object hold more often than at random, so that objects have something in common. */
const USUAL: Readonly<Record<string, readonly unknown[]>> = {
  interval: ['5m', '10m', '15m', '1h'],
  timeout: ['1m', '3m'],
  retryInterval: ['1m', '2m'],
  wait: [true, false],
  prune: [true],
  suspend: [false],
  path: ['./a', './apps/a', './apps/b', 'apps', './', ''],
  serviceAccountName: ['deployer', 'other'],
  targetNamespace: ['apps', 'shop'],
  storageNamespace: ['apps', 'shop'],
  namespace: ['flux-system', 'apps'],
  name: ['a', 'b', 'c', 'apps'],
  releaseName: ['one', 'two', 'three'],
  secretRef: [{ name: 'x' }, { name: 'y' }],
  dependsOn: [[], [{ name: 'a' }], [{ name: 'b' }, { name: 'a' }], [{ name: 'apps', namespace: 'apps' }]],
  postBuild: [
    {},
    { substitute: { A: '1' } },
    { substitute: { A: '1', B: '2' }, substituteFrom: [{ kind: 'Secret', name: 'x' }] },
    { substituteFrom: [{ kind: 'Secret', name: 'x' }] },
  ],
  decryption: [{ provider: 'sops' }, { provider: 'sops', secretRef: { name: 'x' } }],
  healthChecks: [[], [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'a', namespace: 'apps' }]],
  healthCheckExprs: [[]],
  commonMetadata: [{}, { labels: { a: 'b' } }],
  url: ['https://example.com/a', 'https://example.com/b', 'oci://example.com/a'],
  type: ['generic', 'default', 'github', 'slack'],
  provider: ['generic', 'aws'],
  kind: ['GitRepository', 'HelmRepository', 'OCIRepository', 'Bucket', 'Kustomization', 'HelmRelease'],
};

/** Values of charts, with what could be taken for something else: nulls, empty maps, names of Flux's fields. */
const anyValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(null, true, 1, 1.5, '', 'yes', '${A}', 'a: b', {}, []),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('ref', 'secretRef', 'a.b', 'values', 'a', 'chart', '$x'), tie('value'), {
      maxKeys: 3,
    }),
  ),
})).value;

/** Values that a schema takes, as far as the schema is of the fields that it names. */
function valueOf(schema: Schema, name: string): fc.Arbitrary<unknown> {
  if (name === 'values')
    return fc.dictionary(fc.constantFrom('a', 'b', 'ref', 'x.y'), anyValue, { maxKeys: 3 });
  const usual = (USUAL[name] ?? []).filter((value) => takes(schema, value));
  const made = byType(schema, name);
  return usual.length === 0
    ? made
    : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: made });
}

/** Whether a schema takes a value. */
export function takes(schema: Schema, value: unknown): boolean {
  let wrong = false;
  checkSchema(schema, value, () => {
    wrong = true;
  });
  return !wrong;
}

function byType(schema: Schema, name: string): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.type === 'object') return objectOf(schema);
  if (schema.type === 'array') return listOf(schema);
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'string') return textOf(schema);
  if (schema.type !== undefined) return numberOf(schema);
  return name === '' ? fc.constant('x') : fc.constantFrom<unknown>('x', 1, { a: 1 });
}

function listOf({ items = {}, minItems = 0, maxItems = 2 }: Schema): fc.Arbitrary<unknown[]> {
  return fc.array(valueOf(items, ''), { minLength: minItems, maxLength: Math.min(2, maxItems) });
}

function numberOf({ minimum = -1, maximum = 5 }: Schema): fc.Arbitrary<number> {
  return fc.integer({ min: minimum, max: Math.max(minimum, Math.min(maximum, 5)) });
}

function textOf({ pattern, minLength = 1 }: Schema): fc.Arbitrary<string> {
  const texts =
    pattern === undefined
      ? fc.constantFrom('a', 'b', 'text: with #signs', '${A}', "'")
      : fc.stringMatching(new RegExp(pattern));
  return texts.map((text) => (text.length < minLength ? 'text' : text));
}

function objectOf({ properties = {}, required = [], additionalProperties }: Schema): fc.Arbitrary<unknown> {
  if (Object.keys(properties).length === 0) {
    const inner =
      typeof additionalProperties === 'object'
        ? valueOf(additionalProperties, '')
        : fc.constantFrom('a', 'b');
    return fc.dictionary(fc.constantFrom('a', 'b', 'c'), inner, { maxKeys: 2 });
  }
  // First the fields, then their values, because most of those would be thrown away.
  const others = Object.keys(properties).filter((name) => !required.includes(name));
  return fc
    .subarray(others, { maxLength: Math.min(6, others.length) })
    .chain((kept) =>
      fc.record(
        Object.fromEntries(
          [...required, ...kept].map((name) => [name, valueOf(properties[name] ?? {}, name)] as const),
        ),
      ),
    );
}

/** Specs that a schema takes, its rules included. */
export function specsOf(schema: Schema): fc.Arbitrary<Record<string, unknown>> {
  return (objectOf(schema) as fc.Arbitrary<Record<string, unknown>>)
    .map(onlyOneChart)
    .filter((spec) => takes(schema, spec));
}

/** A HelmRelease has a chart in one of two ways. */
function onlyOneChart(spec: Record<string, unknown>): Record<string, unknown> {
  if (spec['chart'] === undefined || spec['chartRef'] === undefined) return spec;
  return Object.fromEntries(Object.entries(spec).filter(([name]) => name !== 'chartRef'));
}
