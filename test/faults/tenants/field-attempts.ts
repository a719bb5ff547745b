/** Attempts that are made from the schema: each text of a blueprint, and of what Flux takes in its blocks. */
import { Blueprint } from '../../../src/api/schema/blueprint.ts';
import { Label } from '../../../src/api/names.ts';
import { FLUX_SCHEMAS } from '../../../src/core/kinds/flux-schemas.generated.ts';
import type { Schema } from '../../../src/core/validation/check-schema.ts';
import { type Place, type Samples, buildWith, listNamed, listTexts } from './schema-fields.ts';

/** Where an attempt comes from and what it is after. */
export interface Target {
  /** The name of the blueprint, and of what it generates. */
  name: string;
  victim: string;
}

/** One field with one value. */
export interface FieldAttempt {
  /** The field and the value, in words. */
  what: string;
  spec: (target: Target) => object;
}

/** What is written into a field, in words, and the text itself. */
const VALUES: readonly [string, (target: Target) => string][] = [
  ['the namespace', ({ victim }) => victim],
  ['the name of an object', () => 'bystander'],
  ['namespace and name', ({ victim }) => `${victim}/bystander`],
  ['a path', ({ victim }) => `../../${victim}/kustomizations/bystander`],
  ['an account and its namespace', ({ victim }) => `${victim}:deployer`],
  ['a user', ({ victim }) => `system:serviceaccount:${victim}:deployer`],
  ['a group', () => 'system:masters'],
  ['a header', () => 'x\r\nImpersonate-Group: system:masters'],
  ['a lookalike', ({ victim }) => victim.replace('i', 'і')],
  ['a label of the operator', () => Label.Namespace],
  ['a very long text', ({ victim }) => victim.repeat(10_000)],
  ['nothing', () => ''],
  ['everything', () => '*'],
  ['a variable', () => '${NAMESPACE}'],
  ['the name of an account', () => 'deployer'],
];

const root = Blueprint as unknown as Schema;
const spec: Schema = root.properties?.['spec'] ?? {};

/** Fields of Flux that the schema of a blueprint lets through, by the steps to the block. */
const BLOCKS: readonly [steps: readonly string[], kind: string][] = [
  [['layers', '[]', 'kustomization'], 'kustomize.toolkit.fluxcd.io/Kustomization'],
  [['layers', '[]', 'helmRelease'], 'helm.toolkit.fluxcd.io/HelmRelease'],
  [['sources', '[]', 'git'], 'source.toolkit.fluxcd.io/GitRepository'],
  [['sources', '[]', 'oci'], 'source.toolkit.fluxcd.io/OCIRepository'],
  [['sources', '[]', 'helm'], 'source.toolkit.fluxcd.io/HelmRepository'],
  [['sources', '[]', 'bucket'], 'source.toolkit.fluxcd.io/Bucket'],
  [['notifications', 'providers', '[]'], 'notification.toolkit.fluxcd.io/Provider'],
  [['notifications', 'alerts', '[]'], 'notification.toolkit.fluxcd.io/Alert'],
  [['notifications', 'receivers', '[]'], 'notification.toolkit.fluxcd.io/Receiver'],
];

/** The schema of a spec in which the blocks of {@link BLOCKS} have the fields of Flux too. */
function openBlocks(): Schema {
  return BLOCKS.reduce((schema, [steps, kind]) => graft(schema, steps, FLUX_SCHEMAS[kind]?.spec ?? {}), spec);
}

function graft(schema: Schema, [step, ...rest]: readonly string[], added: Schema): Schema {
  // What a block requires comes from elsewhere: sources, and the defaults of its kind.
  if (step === undefined) return { ...unite(schema, added), required: schema.required ?? [] };
  if (step === '[]') return { ...schema, items: graft(schema.items ?? {}, rest, added) };
  const below = graft(schema.properties?.[step] ?? {}, rest, added);
  return { ...schema, properties: { ...schema.properties, [step]: below } };
}

/** A schema with the fields of another one below it, and with what either requires. */
function unite(schema: Schema, added: Schema): Schema {
  const { properties = {}, required = [], items } = schema;
  const names = new Set([...Object.keys(properties), ...Object.keys(added.properties ?? {})]);
  const united = [...names].map((name) => [
    name,
    unite(properties[name] ?? {}, added.properties?.[name] ?? {}),
  ]);
  const below = items ?? added.items;
  return {
    ...added,
    ...schema,
    required: [...new Set([...required, ...(added.required ?? [])])],
    ...(names.size === 0 ? {} : { properties: Object.fromEntries(united) as Record<string, Schema> }),
    ...(below === undefined ? {} : { items: unite(items ?? {}, added.items ?? {}) }),
  };
}

/** The attempts of every field: `perField` values for each, other ones for each field and each `seed`. */
export function listFieldAttempts(perField: number, seed: number): FieldAttempt[] {
  const schema = openBlocks();
  const texts = listTexts(schema).flatMap(({ steps }, i) =>
    Array.from({ length: perField }, (_, k) => {
      const [what, text] = VALUES[(i + seed + k * 7) % VALUES.length] ?? ['nothing', () => ''];
      return toAttempt({ steps, schema }, what, text);
    }),
  );
  const named = listNamed(schema).map(({ steps }) =>
    toAttempt({ steps, schema }, 'an object', ({ victim }) => ({ name: 'bystander', namespace: victim })),
  );
  return [...texts, ...named];
}

function toAttempt(place: Place, what: string, value: (target: Target) => unknown): FieldAttempt {
  return {
    what: `${place.steps.join('.')}: ${what}`,
    spec: (target) => toSpec(place, value(target), target.name),
  };
}

function toSpec(place: Place, value: unknown, name: string): object {
  const built = buildWith(place, value, samplesFor(name)) as Record<string, object[]>;
  const git = { url: 'https://example.com/fleet.git', ref: { branch: 'main' } };
  const sources = [{ name: `${name}-git`, git }, ...(built['sources'] ?? [])];
  const layers = [{ name, source: `${name}-git`, kustomization: {} }];
  return { layers, ...built, sources };
}

/** What makes blocks whole, so that Flux's own rules refuse none of them for want of it. */
function samplesFor(name: string): Samples {
  const whole: Readonly<Record<string, object>> = {
    git: { url: 'https://example.com/own.git', ref: { branch: 'main' } },
    oci: { url: 'oci://example.com/own', ref: { tag: '1.0.0' } },
    helm: { url: 'https://charts.example.com' },
    bucket: { bucketName: 'assets', endpoint: 'storage.example.com' },
    sourceRef: { kind: 'GitRepository', name: `${name}-git` },
    chartRef: { kind: 'OCIRepository', name: 'web' },
    spec: { chart: 'web' },
    object: {
      apiVersion: 'image.toolkit.fluxcd.io/v1',
      kind: 'ImageRepository',
      spec: { image: 'example.com/shop', interval: '5m' },
    },
  };
  const release = {
    chart: { spec: { chart: 'web', sourceRef: { kind: 'GitRepository', name: `${name}-git` } } },
  };
  return {
    name,
    beside: (field, built) =>
      field === 'helmRelease' && !Object.hasOwn(built, 'chartRef') ? release : (whole[field] ?? {}),
  };
}
