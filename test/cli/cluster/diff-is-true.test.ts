import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/api/object.ts';
import { compile } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import { changesOf } from '../../../src/core/diff/changes.ts';
import { pairWithFields } from '../../../src/core/diff/with-live.ts';
import { changingSpec } from '../../faults/chaos/changing-spec.ts';
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

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

test.each(SEEDS)(
  'what diff tells is what happens, field by field, and nothing else: seed %d',
  async (seed) => {
    const random = new SeededRandom(seed);
    const [first, second] = [changingSpec(random), changingSpec(random)];
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
    const kept = new Map([...before].filter(([name]) => after.has(name)));
    expect(findUntold(kept, after, byFields, false)).toEqual([]);
    expect(await tell(tenant, 'diff', file)).toEqual([]);
  },
);

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
