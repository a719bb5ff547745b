import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { API_VERSION, KIND } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { Blueprint } from '../../../src/api/schema/blueprint.ts';
import { compile } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { sharedControlPlane } from '../../harness/jest/shared-control-plane.ts';
import { TestClient } from '../../harness/api-server/client.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { buildKustomization } from '../../config/kustomize.ts';
import { INVALID, VALID } from './invalid-specs.ts';

// Everything here is a dry run, so that the cluster that all tests share stays without blueprints.
let client: TestClient;
let namespace: string;

beforeAll(async () => {
  client = await TestClient.connect(sharedControlPlane().kubeconfigPath);
  namespace = await client.makeNamespace('admission');
  await installPolicies();
});

/** Installs what config/default says at admission, for the namespace of this test alone. */
async function installPolicies(): Promise<void> {
  for (const object of await buildKustomization('admission')) {
    const { kind, spec } = object as KubeObject & { spec: object };
    const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
    const isBinding = kind === 'ValidatingAdmissionPolicyBinding';
    const matchResources = isBinding ? { matchResources: { namespaceSelector } } : {};
    await client.apply({ ...object, spec: { ...spec, ...matchResources } });
  }
  const broken = manifest({ layers: [{ name: 'apps', components: [{ name: 'a' }] }] });
  await waitFor('the policy is in force', async () => (await submit(broken)).length > 0);
}

afterAll(() => client.close());

/** How the API server says what the core calls by a rule. For `rule` it is the very same sentence. */
const SAYS: Record<string, RegExp> = {
  pattern: /should match/,
  format: /must be of type date-time/,
  'too-short': /should be at least|Too short/,
  'too-long': /may not be more than|Too long/,
  'too-many': /must have at most|Too many/,
  'not-allowed': /Unsupported value/,
  duplicate: /Duplicate value/,
  'missing-field': /Required value/,
  'wrong-type': /must be of type/,
  'unknown-field': /unknown field/,
};

function manifest(spec: unknown, name = 'platform'): object {
  return { apiVersion: API_VERSION, kind: KIND, metadata: { name, namespace }, spec };
}

/** What the API server says to a blueprint with `--validate=strict`, as field and message; nothing when it takes it. */
async function submit(blueprint: object): Promise<{ field: string; message: string }[]> {
  try {
    await client.transport.request({
      method: 'POST',
      path: `/apis/${API_VERSION}/namespaces/${namespace}/fluxblueprints`,
      query: { dryRun: 'All', fieldValidation: 'Strict' },
      body: blueprint,
    });
    return [];
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    if (error.causes.length > 0) return [...error.causes];
    // A field that the schema lacks is refused while it is decoded, and reported in the message alone.
    const field = /unknown field "(?<field>[^"]+)"/.exec(error.message)?.groups?.['field'] ?? '';
    return [{ field, message: error.message }];
  }
}

function problemsOf(blueprint: object): { rule: string; path: string; message: string }[] {
  const compiled = compile(blueprint, offlineContext());
  return compiled.ok ? [] : compiled.problems.map(withoutNames);
}

/** The core also names the fields that break a rule, after what CEL says. */
function withoutNames<T extends { message: string }>(problem: T): T {
  const [message = ''] = problem.message.split(', unlike ', 1);
  return { ...problem, message };
}

test.each(INVALID)(
  'the API server refuses %s at the same place and for the same reason as the core',
  async (_, spec, path, rule) => {
    const blueprint = manifest(spec);
    const problem = problemsOf(blueprint).find((found) => found.path === path && found.rule === rule);
    expect(problemsOf(blueprint)).toContainEqual(expect.objectContaining({ path, rule }));
    const causes = await submit(blueprint);
    if (rule !== 'rule') {
      expect(causes.map(({ field }) => field)).toContain(path);
      expect(causes.find(({ field }) => field === path)?.message).toMatch(SAYS[rule] ?? /never/);
    } else {
      const { field, message } = whereRuleIs(path, problem?.message ?? '', spec);
      expect(causes).toContainEqual({ field, message: expect.stringContaining(message) });
    }
  },
);

/**
 * Where the API server says a rule. One about an item of a list is the list's, and names the item; one about a
 * component is a policy's, which has no field and says the path.
 */
function whereRuleIs(path: string, message: string, spec: unknown): { field: string; message: string } {
  if (path.includes('.components[')) return { field: '', message: `${path}: ${message}` };
  const list = path.replace(/\[\d+\]$/, '');
  return list === path
    ? { field: path, message }
    : { field: list, message: `${message}: ${nameAt(path, spec)}` };
}

function nameAt(path: string, spec: unknown): string {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  const item = steps.reduce<unknown>((value, step) => (value as Record<string, unknown>)[step], { spec });
  return (item as { name: string }).name;
}

test('two components of one name the core alone refuses', async () => {
  const named = (name: string): object => ({ name, kustomization: {} });
  const blueprint = manifest({ layers: [{ name: 'apps', components: [named('a'), named('a')] }] });
  expect(problemsOf(blueprint)).toContainEqual(
    expect.objectContaining({ path: 'spec.layers[0].components[1]', rule: 'duplicate' }),
  );
  expect(await submit(blueprint)).toEqual([]);
});

test('every rule that stands in the schema as CEL is among them', () => {
  const reported = new Set(
    INVALID.flatMap(([, spec]) => problemsOf(manifest(spec)).map(({ message }) => message)),
  );
  const unreported = [...new Set(messagesOf(Blueprint))].filter((message) => !reported.has(message));
  expect(unreported).toEqual([
    'the name of a blueprint is a label of all that it generates: at most 63 characters',
    // A rule about what was before: only the API server knows that.
    'the suffix of an environment cannot be changed: its objects would be deleted and made anew',
  ]);
});

/** The sentences of all rules of a schema. */
function messagesOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own =
    (schema as { 'x-kubernetes-validations'?: { message: string }[] })['x-kubernetes-validations'] ?? [];
  return [...own.map(({ message }) => message), ...Object.values(schema).flatMap(messagesOf)];
}

test('the API server refuses a blueprint whose name does not fit in a label, as the core does', async () => {
  const blueprint = manifest(VALID, 'a'.repeat(64));
  const message = 'the name of a blueprint is a label of all that it generates: at most 63 characters';
  expect(problemsOf(blueprint)).toEqual([{ rule: 'rule', path: 'metadata.name', message }]);
  // Metadata is not in the schema, so that the API server cannot name the field.
  expect((await submit(blueprint)).map((cause) => cause.message)).toEqual([`Invalid value: ${message}`]);
});

test('what is valid both take', async () => {
  const blueprint = manifest(VALID);
  expect(problemsOf(blueprint)).toEqual([]);
  expect(await submit(blueprint)).toEqual([]);
});
