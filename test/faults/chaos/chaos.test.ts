import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SeededRandom } from '../../harness/random.ts';
import type { OperatorProcess } from '../../harness/operator/operator-process.ts';
import { FaultProxy } from '../../harness/api-server/fault-proxy.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { describeCounts } from '../audit/audit.ts';
import { createChaos } from './random-faults.ts';
import { chooseSeed, report, untilConverged } from '../audit/converge.ts';
import { FaultCluster } from '../cluster/fault-cluster.ts';
import { changingSpec } from './changing-spec.ts';
import { ACCOUNT, FaultTenant } from '../cluster/fault-tenant.ts';

let cluster: FaultCluster;
let proxy: FaultProxy;

beforeAll(async () => {
  cluster = await FaultCluster.start();
  proxy = await FaultProxy.start(cluster.operatorKubeconfig);
});

afterAll(async () => {
  await cluster.stop();
  await proxy.close();
});

const CLEAN = { orphans: [], lost: [], foreign: [], escalations: [] };
const BLUEPRINTS = 20;

/** How long the chaos lasts, in milliseconds. */
const CHAOS_MS = 120_000;

/** How long a request is left without an answer and a watch without a word, in milliseconds. */
const SILENCE_MS = 8_000;

/** Starts an operator that reaches the API server through the proxy alone. */
async function startBehindProxy(): Promise<OperatorProcess> {
  const kubeconfigPath = join(cluster.controlPlane.folder, 'chaos.kubeconfig');
  await writeFile(kubeconfigPath, proxy.config.exportConfig());
  return cluster.startOperator({ kubeconfigPath });
}

/** Creates, changes or deletes one of the blueprints. */
async function disturb(tenants: readonly FaultTenant[], random: SeededRandom): Promise<void> {
  const tenant = random.pick(tenants);
  if (tenant.wanted !== undefined && random.chance(0.15)) await tenant.delete();
  else if (tenant.wanted !== undefined || (await tenant.isGone())) await tenant.apply(changingSpec(random));
}

/** A Git source and a Kustomization that may carry a label. */
function labelled(labels?: object): object {
  const metadata = labels === undefined ? {} : { metadata: { labels } };
  return { sources: [gitSource()], layers: [{ ...layer('apps'), ...metadata }] };
}

test('what a version wrote whose answer was lost is taken back with the version', async () => {
  const tenant = await FaultTenant.open(cluster, 'lost-answer');
  const operator = await startBehindProxy();
  await tenant.apply(labelled());
  await untilConverged(cluster);
  let lost = 0;
  proxy.script = ({ method, path }) =>
    method === 'PATCH' && path.endsWith('/namespaces/lost-answer/kustomizations/apps')
      ? lost++ === 0
        ? { kind: 'lose' }
        : { kind: 'reset' }
      : undefined;
  await tenant.apply(labelled({ team: 'one' }));
  await waitFor('the label is there', async () => {
    const [apps] = await cluster.client.list('kustomize.toolkit.fluxcd.io', 'Kustomization', 'lost-answer');
    return apps?.metadata.name === 'apps' && apps.metadata.labels?.['team'] === 'one' && lost > 1;
  });
  await tenant.apply(labelled());
  proxy.script = () => undefined;
  const { findings } = await untilConverged(cluster);
  expect(findings).toEqual(CLEAN);
  report(`a lost answer: ${describeCounts(findings)}`);
  await tenant.delete();
  await untilConverged(cluster);
  await operator.stop();
});

test('two minutes of resets, silence, delays and refusals under twenty changing blueprints do no harm', async () => {
  const seed = chooseSeed(3);
  const random = new SeededRandom(seed);
  const tenants = await Promise.all(
    Array.from({ length: BLUEPRINTS }, (_, i) =>
      FaultTenant.open(cluster, `chaos-${i}`, i % 2 === 0 ? ACCOUNT : undefined),
    ),
  );
  const operator = await startBehindProxy();
  const { script, counts } = createChaos(new SeededRandom(seed + 1));
  proxy.script = script;
  const started = performance.now();
  let changes = 0;
  let spoken = started;
  while (performance.now() - started < CHAOS_MS) {
    await disturb(tenants, random);
    changes++;
    await sleep(random.below(500));
    if (performance.now() - spoken < SILENCE_MS) continue;
    spoken = performance.now();
    proxy.resetHanging();
    proxy.cutWatches();
  }
  proxy.script = () => undefined;
  proxy.resetHanging();
  proxy.cutWatches();
  const { findings, ms } = await untilConverged(cluster);
  const { none = 0, ...troubles } = counts;
  const broken = Object.values(troubles).reduce((sum, count) => sum + count, 0);
  const details = `${broken} of ${broken + none} requests broken, ${changes} changes of ${BLUEPRINTS} blueprints`;
  const took = `converged in ${(ms / 1000).toFixed(1)} s`;
  report(`2 minutes of chaos (${details}, ${took}, seed ${seed}): ${describeCounts(findings)}`);
  report(`  broken: ${JSON.stringify(troubles)}`);
  expect(findings).toEqual(CLEAN);
  expect(operator.child.exitCode).toBeNull();
  expect(operator.log.filter(({ level }) => level === 'error')).toEqual([]);
});
