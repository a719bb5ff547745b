import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  API_VERSION,
  IN_FORCE,
  REVISION_KIND,
  REVISION_PLURAL,
  WHOLE_BLUEPRINT,
} from '../../../src/api/names.ts';
import { refOf, type KubeObject } from '../../../src/api/object.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { TestClient } from '../../harness/api-server/client.ts';
import { refusal } from '../../harness/api-server/environment.ts';
import { sharedControlPlane } from '../../harness/jest/shared-control-plane.ts';

let client: TestClient;
let namespace: string;

beforeAll(async () => {
  client = await TestClient.connect(sharedControlPlane().kubeconfigPath);
  namespace = await client.makeNamespace('revision-admission');
});

afterAll(() => client.close());

const spec = {
  blueprint: 'shop',
  revision: 7,
  digest: `sha256:${'a'.repeat(64)}`,
  snapshot: { layers: [{ name: 'apps', later: { added: true } }] },
};

function revision(name: string, fields: object = {}): KubeObject {
  const metadata = { name, namespace, annotations: { [IN_FORCE]: 'staging,production' } };
  return { apiVersion: API_VERSION, kind: REVISION_KIND, metadata, spec: { ...spec, ...fields } };
}

/** Where the API server refuses what it says no to; nothing when it does not. */
async function fieldsRefused(attempt: Promise<unknown>): Promise<string[]> {
  try {
    await attempt;
    return [];
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    const unknown = /unknown field "(?<field>[^"]+)"/.exec(error.message)?.groups?.['field'];
    // That the rules in CEL were not looked at is said of no field.
    const fields = error.causes.map(({ field }) => field).filter((field) => field !== '<nil>');
    return unknown === undefined ? fields : [unknown];
  }
}

test.each([
  ['no blueprint', { blueprint: undefined }, 'spec.blueprint'],
  ['a blueprint of no name', { blueprint: 'No Name' }, 'spec.blueprint'],
  ['a name of 254 characters', { blueprint: 'a'.repeat(254) }, 'spec.blueprint'],
  ['no number', { revision: undefined }, 'spec.revision'],
  ['the number 0', { revision: 0 }, 'spec.revision'],
  ['half a number', { revision: 1.5 }, 'spec.revision'],
  ['no digest', { digest: undefined }, 'spec.digest'],
  ['a short digest', { digest: 'a'.repeat(63) }, 'spec.digest'],
  ['a digest in capitals', { digest: `sha256:${'A'.repeat(64)}` }, 'spec.digest'],
  ['no snapshot', { snapshot: undefined }, 'spec.snapshot'],
  ['a snapshot that is text', { snapshot: '{}' }, 'spec.snapshot'],
  ['an unknown field', { author: 'alice' }, 'spec.author'],
])('a revision with %s is refused at its place', async (_, fields, path) => {
  const attempt = client.transport.request({
    method: 'POST',
    path: `/apis/${API_VERSION}/namespaces/${namespace}/${REVISION_PLURAL}`,
    query: { dryRun: 'All', fieldValidation: 'Strict' },
    body: revision('refused', fields),
  });
  expect(await fieldsRefused(attempt)).toEqual([path]);
});

const approval = { environment: 'production', plan: `sha256:${'b'.repeat(64)}` };

test.each([
  ['no environment', { environment: undefined }, 'status.approvals[0].environment'],
  ['an environment of no name', { environment: 'The World' }, 'status.approvals[0].environment'],
  ['no plan', { plan: undefined }, 'status.approvals[0].plan'],
  ['the first digits of a plan', { plan: '3fa9c2' }, 'status.approvals[0].plan'],
  ['a plan of 129 digits', { plan: 'b'.repeat(129) }, 'status.approvals[0].plan'],
  ['a giver of 1025 characters', { by: 'a'.repeat(1025) }, 'status.approvals[0].by'],
  ['a time that is none', { at: 'yesterday' }, 'status.approvals[0].at'],
  ['a novel for a reason', { reason: 'a'.repeat(1025) }, 'status.approvals[0].reason'],
  ['a gate that it cannot open', { overrides: ['After'] }, 'status.approvals[0].overrides[0]'],
])('an approval with %s is refused at its place', async (_, fields, path) => {
  const stored = await client.apply(revision('to-approve'));
  const status = { approvals: [{ ...approval, ...fields }] };
  const attempt = client.cluster.mergeStatus(refOf(stored), { status }, { fieldManager: 'test' });
  expect(await fieldsRefused(attempt)).toEqual([path]);
});

test('an environment is approved once, and fifty may be', async () => {
  const stored = await client.apply(revision('many'));
  const approve = (environments: readonly string[]): Promise<unknown> => {
    const status = { approvals: environments.map((environment) => ({ ...approval, environment })) };
    return client.cluster.mergeStatus(refOf(stored), { status }, { fieldManager: 'test' });
  };
  const names = Array.from({ length: 51 }, (_, i) => `environment-${i}`);
  expect(await fieldsRefused(approve(['staging', 'staging']))).toEqual(['status.approvals[1]']);
  expect(await fieldsRefused(approve(names))).toEqual(['status.approvals']);
  expect(await fieldsRefused(approve(names.slice(1)))).toEqual([]);
  expect(await fieldsRefused(approve([WHOLE_BLUEPRINT]))).toEqual([]);
});

test('a revision keeps every field of its snapshot, and no part of it ever changes', async () => {
  const stored = await client.apply(revision('kept'));
  expect(stored['spec']).toEqual(spec);
  const [layer] = spec.snapshot.layers;
  for (const fields of [
    { blueprint: 'other' },
    { revision: 8 },
    { digest: `sha256:${'b'.repeat(64)}` },
    { snapshot: {} },
    { snapshot: { layers: [{ ...layer, later: { added: false } }] } },
    { snapshot: { ...spec.snapshot, more: 1 } },
  ]) {
    const refused = await refusal(client.apply(revision('kept', fields)));
    expect(refused.causes).toEqual([
      { field: 'spec', message: expect.stringContaining('a revision cannot be changed') },
    ]);
  }
  const labelled = revision('kept');
  labelled.metadata.labels = { note: 'x' };
  expect(await client.apply(labelled)).toMatchObject({ spec, metadata: { generation: 1 } });
});

interface Table {
  columnDefinitions: { name: string; type: string; priority: number }[];
  rows: { cells: unknown[] }[];
}

test('kubectl get shows the blueprint, the number, where it is in force, and the age', async () => {
  await client.apply(revision('shown'));
  const { columnDefinitions, rows } = (await client.transport.request({
    method: 'GET',
    path: `/apis/${API_VERSION}/namespaces/${namespace}/${REVISION_PLURAL}/shown`,
    accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
  })) as unknown as Table;
  expect(columnDefinitions.map(({ name, type, priority }) => `${name} ${type} ${priority}`)).toEqual([
    'Name string 0',
    'Blueprint string 0',
    'Revision integer 0',
    'In-Force string 0',
    'Age date 0',
  ]);
  expect(rows.map(({ cells }) => cells.slice(0, 4))).toEqual([['shown', 'shop', 7, 'staging,production']]);
});
