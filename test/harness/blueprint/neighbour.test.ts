import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TestCluster, startTestCluster } from '../operator/cluster.ts';
import { Neighbour } from './neighbour.ts';

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

/** Stops a process for three seconds, which is longer than a neighbour may lose. */
async function halt(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await sleep(3000);
  process.kill(pid, 'SIGCONT');
}

test('a neighbour is unharmed where nothing happens beside it', async () => {
  const report = await neighbour.during(() => sleep(2000));
  process.stdout.write(`${report.describe()}\n`);
  expect(report.harm).toEqual([]);
  expect(report.attacked?.changes).toBeGreaterThan(1);
});

test('it is harmed by an operator that stands still', async () => {
  const report = await neighbour.during(() => halt(cluster.operator.child.pid ?? 0));
  expect(report.harm).toMatchObject([expect.stringMatching(/^changes took \d+(\.\d+)? ms longer/)]);
});

test('it does not blame the operator for an API server that stands still', async () => {
  const report = await neighbour.during(() => halt(cluster.controlPlane.pids.kubeApiserver));
  expect(report.attacked?.maxMs).toBeGreaterThan(2000);
  expect(report.harm).toEqual([]);
});

test('an attack that fails fails the measurement', async () => {
  const failing = neighbour.during(() => Promise.reject(new Error('the attack has failed')));
  await expect(failing).rejects.toThrow('the attack has failed');
});
