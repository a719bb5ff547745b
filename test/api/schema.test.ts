import { expect, test } from '@jest/globals';
import { WHOLE_BLUEPRINT } from '../../src/api/names.ts';
import { Blueprint } from '../../src/api/schema/blueprint.ts';
import { Revision } from '../../src/api/schema/revision/revision.ts';
import { checkSchema, type Schema } from '../../src/core/validation/check-schema.ts';
import { FLUX_SCHEMAS } from '../../src/core/kinds/flux-schemas.generated.ts';

const ROOT = Blueprint as unknown as Schema;
const KINDS = { FluxBlueprint: ROOT, FluxBlueprintRevision: Revision as unknown as Schema };

/** Every schema below one, with its path. */
function walk(schema: Schema, path: string, visit: (schema: Schema, path: string) => void): void {
  visit(schema, path);
  for (const [name, field] of Object.entries(schema.properties ?? {})) walk(field, `${path}.${name}`, visit);
  if (schema.items !== undefined) walk(schema.items, `${path}[]`, visit);
  if (typeof schema.additionalProperties === 'object') walk(schema.additionalProperties, `${path}{}`, visit);
}

const BLOCKS: Readonly<Record<string, string>> = {
  git: 'source.toolkit.fluxcd.io/GitRepository',
  oci: 'source.toolkit.fluxcd.io/OCIRepository',
  helm: 'source.toolkit.fluxcd.io/HelmRepository',
  bucket: 'source.toolkit.fluxcd.io/Bucket',
  kustomization: 'kustomize.toolkit.fluxcd.io/Kustomization',
  helmRelease: 'helm.toolkit.fluxcd.io/HelmRelease',
};

test.each(Object.entries(KINDS))(
  'every field of a %s has a description, one type and, where it is a list or text of people, a bound',
  (_, root) => {
    const poor: string[] = [];
    walk(root, '', (schema, path) => {
      const { description } = schema as { description?: string };
      const exempt = path === '' || /^\.(metadata|status)/.test(path) || /[\]}]$/.test(path);
      if (!exempt && (description === undefined || description === ''))
        poor.push(`${path} has no description`);
      if (schema.type === undefined) poor.push(`${path} has no type`);
      if (schema.type === 'array' && schema.maxItems === undefined) poor.push(`${path} has no bound`);
    });
    expect(poor).toEqual([]);
  },
);

test.each(Object.entries(KINDS))('every pattern of a %s is one that we can read', (_, root) => {
  walk(root, '', ({ pattern }) => {
    if (pattern !== undefined) expect(() => new RegExp(pattern, 'u')).not.toThrow();
  });
});

test('nothing in a block is required and nothing has a default, for defaults are merged under it first', () => {
  walk(ROOT, '', (schema, path) => {
    if (/\.(git|oci|helm|bucket|kustomization|helmRelease)$/.test(path))
      expect(schema.required ?? []).toEqual([]);
    if (!path.startsWith('.status')) expect(schema).not.toHaveProperty('default');
  });
});

/** Each typed block under `defaults`, with what Flux says of its kind. */
function typedBlocks(): { ours: Schema; theirs: Schema; name: string }[] {
  const defaults = ROOT.properties?.['spec']?.properties?.['defaults']?.properties ?? {};
  return Object.entries(BLOCKS).flatMap(([name, kind]) => {
    const [ours, theirs] = [defaults[name], FLUX_SCHEMAS[kind]?.spec];
    return ours === undefined || theirs === undefined ? [] : [{ ours, theirs, name }];
  });
}

/** The fields and items that two schemas both describe, and those that only ours does. */
function compareSchemas(
  ours: Schema,
  theirs: Schema | undefined,
  path: string,
  visit: (ours: Schema, theirs: Schema | undefined, path: string) => void,
): void {
  visit(ours, theirs, path);
  for (const [name, field] of Object.entries(ours.properties ?? {})) {
    compareSchemas(field, theirs?.properties?.[name], `${path}.${name}`, visit);
  }
  if (ours.items !== undefined) compareSchemas(ours.items, theirs?.items, `${path}[]`, visit);
}

test('every typed field of a block is one of Flux, of the same type', () => {
  const strange: string[] = [];
  for (const { ours, theirs, name } of typedBlocks()) {
    compareSchemas(ours, theirs, name, (field, flux, path) => {
      const anything = flux?.['x-kubernetes-preserve-unknown-fields'] === true;
      if (flux?.type !== field.type && !anything) strange.push(path);
    });
  }
  expect(typedBlocks()).toHaveLength(6);
  expect(strange).toEqual([]);
});

test('every word that a typed field of a block allows is one that Flux allows', () => {
  const strange: string[] = [];
  for (const { ours, theirs, name } of typedBlocks()) {
    compareSchemas(ours, theirs, name, (field, flux, path) => {
      const allowed = flux?.enum;
      if (allowed === undefined) return;
      strange.push(
        ...(field.enum ?? [])
          .filter((word) => !allowed.includes(word))
          .map((word) => `${path}: ${String(word)}`),
      );
    });
  }
  expect(strange).toEqual([]);
});

test('a pattern of a typed field is that of Flux', () => {
  const strange: string[] = [];
  for (const { ours, theirs, name } of typedBlocks()) {
    compareSchemas(ours, theirs, name, (field, flux, path) => {
      if (flux?.pattern !== undefined && field.pattern !== undefined && flux.pattern !== field.pattern)
        strange.push(path);
    });
  }
  expect(strange).toEqual([]);
});

test('a status of any kind is no reason to refuse a blueprint, but is described', () => {
  const found: string[] = [];
  checkSchema(ROOT, { spec: {}, status: { summary: 5 } }, (rule, steps) =>
    found.push(`${rule} ${steps.join('.')}`),
  );
  expect(found).toEqual(['wrong-type status.summary']);
});

/** What is wrong with a revision, as `rule path`. */
function problemsOf(revision: object): string[] {
  const found: string[] = [];
  checkSchema(KINDS.FluxBlueprintRevision, revision, (rule, steps) =>
    found.push(`${rule} ${steps.join('.')}`),
  );
  return found;
}

test('the core refuses a stored revision that has no number or no whole digest, and takes any snapshot', () => {
  const spec = {
    blueprint: 'shop',
    revision: 1,
    digest: `sha256:${'a'.repeat(64)}`,
    snapshot: { of: ['another', 'time'] },
  };
  const approvals = [
    { environment: WHOLE_BLUEPRINT, plan: `sha256:${'b'.repeat(64)}`, overrides: ['Window'] },
  ];
  expect(problemsOf({ spec, status: { approvals } })).toEqual([]);
  expect(
    problemsOf({ spec: { ...spec, revision: 0, digest: 'a'.repeat(10) }, status: { approvals: [{}] } }),
  ).toEqual([
    'too-small spec.revision',
    'pattern spec.digest',
    'missing-field status.approvals.0.environment',
    'missing-field status.approvals.0.plan',
  ]);
});
