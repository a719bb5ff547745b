import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TestCluster, startTestCluster } from '../operator/cluster.ts';
import { NeighbourReport, summarizeChanges } from './neighbour-report.ts';
import { Neighbour } from './neighbour.ts';

const HALT_MS = 3000;

let cluster: TestCluster;
let neighbour: Neighbour;

beforeAll(async () => {
  cluster = await startTestCluster();
  neighbour = await Neighbour.open(cluster.client);
});

afterAll(async () => {
  await neighbour.close();
  await cluster.stop();
});

/** Stops a process for some seconds. */
async function halt(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await sleep(HALT_MS);
  process.kill(pid, 'SIGCONT');
}

test('a neighbour is unharmed where nothing happens beside it', async () => {
  const report = await neighbour.during(() => sleep(2000));
  process.stdout.write(`${report.describe()}\n`);
  expect(report.harm).toEqual([]);
  expect(report.attacked?.changes).toBeGreaterThan(1);
});

test('an operator that stands still is what its changes take over the control', async () => {
  const { attacked } = await neighbour.during(() => halt(cluster.operator.child.pid ?? 0));
  // The control's slowest round is taken off, and that is short: only the operator stood still.
  expect(attacked?.p99OverControlMs).toBeGreaterThan(HALT_MS / 2);
});

test('an API server that stands still slows the control as well, and is not the operator', async () => {
  const report = await neighbour.during(() => halt(cluster.controlPlane.pids.kubeApiserver));
  expect(report.attacked?.maxMs).toBeGreaterThan(HALT_MS / 2);
  expect(report.harm).toEqual([]);
});

test('a second more than before is harm, or as much longer as processors are short', () => {
  const quiet = summarizeChanges([{ tookMs: 300, controlMs: 100 }]);
  const changes = [{ tookMs: 1900, controlMs: 300 }];
  const harmAt = (shortage: number): string[] =>
    new NeighbourReport({ quiet, changes, lost: undefined, deleted: [], shortage }).harm;
  expect(harmAt(1)).toEqual([
    expect.stringMatching(/^p99 is 1400 ms longer: changes of a neighbour: 1 with/),
  ]);
  expect(harmAt(1.5)).toEqual([]);
});

test('a change that was never applied is harm, whatever the others took', () => {
  const quiet = summarizeChanges([{ tookMs: 300, controlMs: 100 }]);
  const report = new NeighbourReport({
    quiet,
    changes: [],
    lost: 'waited 120 s in vain',
    deleted: [],
    shortage: 9,
  });
  expect(report.harm).toEqual(['a change was never applied: waited 120 s in vain']);
});

test('a deleted object is harm, even where it is made anew before the next change', async () => {
  const apps = neighbour.tenant.ref('Kustomization', 'apps');
  const { harm } = await neighbour.during(() => cluster.client.cluster.delete(apps));
  expect(harm).toContain('somebody deleted the Kustomization apps');
});

test('an attack that fails fails the measurement', async () => {
  const failing = neighbour.during(() => Promise.reject(new Error('the attack has failed')));
  await expect(failing).rejects.toThrow('the attack has failed');
});
