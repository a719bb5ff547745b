import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/api/object.ts';
import { compile } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import { changesOf } from '../../../src/core/diff/changes.ts';
import { pairWithFields } from '../../../src/core/diff/with-live.ts';
import { changingSpec } from '../../faults/chaos/changing-spec.ts';
import { everyKindSpec, gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { SeededRandom } from '../../harness/random.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { approve, untilWaits } from '../../operator/rollout/revisions.ts';
import { Program } from '../program.ts';
import { type ToldObject, byName, findUntold } from './told-changes.ts';

let program: Program;
let cluster: TestCluster;

beforeAll(async () => {
  program = await Program.bundle();
  cluster = await startTestCluster();
});

afterAll(async () => {
  await cluster.stop();
  await program.remove();
});

/** What a run of `diff` or `plan` tells of the only blueprint. */
async function tell(tenant: Tenant, ...args: string[]): Promise<ToldObject[]> {
  const env = { KUBECONFIG: cluster.controlPlane.kubeconfigPath };
  const { stdout, stderr, code } = await program.run(
    [...args, '-o', 'json', '-n', tenant.namespace],
    '',
    env,
  );
  if (code === 2 || stdout === '') throw new Error(stderr);
  const told = JSON.parse(stdout) as Record<
    'blueprints' | 'waiting',
    { changes: ToldObject[] }[] | undefined
  >;
  return (told.blueprints ?? told.waiting ?? []).flatMap(({ changes }) => changes);
}

async function write(tenant: Tenant, name: string, spec: object): Promise<string> {
  return program.write(`${tenant.namespace}-${name}.json`, JSON.stringify(tenant.manifest(spec)));
}

/** What of a change can be told from the fields of what is there, without the API server. */
function tellByFields(tenant: Tenant, spec: object, live: ReadonlyMap<string, KubeObject>): ToldObject[] {
  const compiled = compile(tenant.manifest(spec), offlineContext());
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const { changes } = changesOf(
    compiled.desired.objects.map((object) => {
      const { kind, namespace, name } = object.ref;
      return pairWithFields(object, live.get(`${kind}/${namespace ?? ''}/${name}`));
    }),
  );
  return changes.map(({ action, ref, fields }) => ({ action, ...ref, fields: [...fields] }));
}

/** Two versions of a blueprint that are random. */
function randomPair(seed: number): [string, object, object] {
  const random = new SeededRandom(seed);
  return [`seed ${seed}`, changingSpec(random), changingSpec(random)];
}

/** A blueprint of every kind, and a change of each of them. */
function everyKindPair(): [string, object, object] {
  const text = JSON.stringify(everyKindSpec())
    .replace('"replicas":2', '"replicas":3,"empty":{},"list":[{"a":1},{"b":2}]')
    .replace('9.x', '10.x')
    .replace('"production"', '"staging","MORE":"1"')
    .replace('"eventSeverity":"error"', '"eventSeverity":"info"')
    .replace('"endpoint":"storage.example.com"', '"endpoint":"other.example.com"');
  return ['every kind', everyKindSpec(), JSON.parse(text) as object];
}

/** A blueprint with environments, of which the change reaches all. */
function environmentsPair(): [string, object, object] {
  const spec = (interval: string, ...names: string[]): object => ({
    sources: [gitSource()],
    layers: ['base', ...names].map((name) => layer(name, [], { interval })),
    environments: [
      { name: 'staging', layers: [{ name: 'base', path: `./${interval}` }] },
      { name: 'production', suffix: '', variables: { substitute: { INTERVAL: interval } } },
    ],
  });
  return ['environments', spec('10m', 'old'), spec('7m', 'new', 'newer')];
}

const PAIRS = [...[1, 2, 3, 4, 5, 6, 7, 8].map(randomPair), everyKindPair(), environmentsPair()];

test.each(PAIRS)('what diff tells is what happens, and nothing else: %s', async (_, first, second) => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(first);
  await tenant.bringUp();
  const before = byName(await tenant.generated());
  const [old, file] = [await write(tenant, 'first', first), await write(tenant, 'second', second)];
  const byCluster = await tell(tenant, 'diff', file);
  const byFiles = await tell(tenant, 'diff', file, '--against', old);
  const byFields = tellByFields(tenant, second, before);
  expect(await tell(tenant, 'diff', old)).toEqual([]);
  await tenant.applyBlueprint(second);
  await tenant.bringUp();
  const after = byName(await tenant.generated());
  expect(findUntold(before, after, byCluster, true)).toEqual([]);
  expect(findUntold(before, after, byFiles, false)).toEqual([]);
  // What is not told of is found out.
  expect(byCluster.length).toBeGreaterThan(0);
  expect(findUntold(before, after, byCluster.slice(1), true)).toHaveLength(1);
  const kept = new Map([...before].filter(([name]) => after.has(name)));
  expect(findUntold(kept, after, byFields, false)).toEqual([]);
  expect(await tell(tenant, 'diff', file)).toEqual([]);
});

test.each([11, 12, 13])('what plan tells is what an approval brings: seed %d', async (seed) => {
  const random = new SeededRandom(seed);
  const [first, second] = [
    changingSpec(random),
    { ...changingSpec(random), rollout: { approval: 'Manual' } },
  ];
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(first);
  await tenant.bringUp();
  const before = byName(await tenant.generated());
  await tenant.applyBlueprint(second);
  const { plan } = await untilWaits(tenant, 'Approval');
  const told = await tell(tenant, 'plan', 'platform');
  expect(plan).toMatchObject({
    create: told.filter(({ action }) => action === 'create').length,
    update: told.filter(({ action }) => action === 'update').length,
    delete: told.filter(({ action }) => action === 'delete').length,
  });
  await approve(tenant, plan?.digest);
  await waitFor('nothing waits', async () => (await tenant.status()).waitsFor === undefined);
  await tenant.bringUp();
  expect(findUntold(before, byName(await tenant.generated()), told, false)).toEqual([]);
});
