import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Tenant } from '../../harness/blueprint/tenant.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { intervalOf, openReady, staged, untilInterval } from '../../operator/environments/staged.ts';
import {
  listRevisions,
  rolloutIn,
  underRollout,
  untilInForce,
  untilWaits,
} from '../../operator/rollout/revisions.ts';
import { Program, type Run } from '../program.ts';
import { makePerson, rulesOf } from './people.ts';

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

const manual = (interval: string, more: object = {}): object =>
  underRollout(interval, { approval: 'Manual', ...more });

/** A tenant whose blueprint has a change that waits for an approval. */
async function openWaiting(rollout: object = {}): Promise<Tenant> {
  const tenant = await openReady(cluster.client, underRollout('10m', {}));
  await tenant.applyBlueprint(manual('7m', rollout));
  await untilWaits(tenant, 'windows' in rollout ? 'Window' : 'Approval');
  return tenant;
}

function run(tenant: Tenant, args: readonly string[], kubeconfig?: string): Promise<Run> {
  const file = kubeconfig ?? cluster.controlPlane.kubeconfigPath;
  return program.run([...args, '-n', tenant.namespace, '--kubeconfig', file]);
}

/** Somebody with the ClusterRole of approvers, and no more. */
async function approver(tenant: Tenant): Promise<string> {
  const kubeconfig = await makePerson(cluster.controlPlane, tenant, await rulesOf('fluxblueprint-approve'));
  await waitFor('the approver may read', async () => (await run(tenant, ['get'], kubeconfig)).code === 0);
  return kubeconfig;
}

test('plan shows what waits in full, and that it is what the status names', async () => {
  const tenant = await openWaiting();
  const { plan } = await tenant.status();
  const { namespace } = tenant;
  const digest = plan?.digest ?? '';
  const viewer = await makePerson(cluster.controlPlane, tenant, await rulesOf('fluxblueprint-view'));
  await waitFor('the viewer may read', async () => (await run(tenant, ['get'], viewer)).code === 0);
  const { code, stdout, stderr } = await run(tenant, ['plan', 'platform'], viewer);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout)
    .toBe(`► revision 2 waits (Approval): approval of plan ${digest.slice(7, 13)} (2 to change); revision 1 is in force
✔ plan ${digest.slice(7, 13)} is what is shown here: ${digest}

FluxBlueprint ${namespace}/platform: 2 to change; 1 stays as it is
  layer apps
    ~ Kustomization/${namespace}/apps  spec.layers[1]
        ~ spec.interval: 10m → 7m
  layer base
    ~ Kustomization/${namespace}/base  spec.layers[0]
        ~ spec.interval: 10m → 7m
`);
  const data = JSON.parse((await run(tenant, ['plan', 'platform', '-o', 'json'])).stdout) as object;
  expect(data).toMatchObject({
    revision: 2,
    waiting: [{ verified: true, digest, inForce: 1, update: 2, waitsFor: { gate: 'Approval' } }],
  });
});

test('an approver with the role for that, and no other, approves; what happens next is said', async () => {
  const tenant = await openWaiting();
  const kubeconfig = await approver(tenant);
  const { code, stderr } = await run(
    tenant,
    ['approve', 'platform', '--yes', '--reason', 'it was seen'],
    kubeconfig,
  );
  expect(stderr).toMatch(
    /^✔ plan [0-9a-f]{6} is approved for whole by system:serviceaccount:\S+\n◎ the operator brings revision 2 in force now, if no other gate is closed\n$/,
  );
  expect(code).toBe(0);
  await untilInForce(tenant, 2);
  await untilInterval(tenant, 'apps', '7m');
  const [approval] = (await listRevisions(tenant)).at(-1)?.status?.approvals ?? [];
  expect(approval).toMatchObject({ environment: 'whole', reason: 'it was seen' });
  const nothing = await run(tenant, ['approve', 'platform', '--yes']);
  expect([nothing.code, nothing.stderr]).toEqual([1, '✗ FluxBlueprint platform: no change waits\n']);
  expect((await run(tenant, ['plan', 'platform'])).stderr).toBe(
    '✔ no change of FluxBlueprint platform waits: revision 2 is in force\n',
  );
});

test('without --yes and without a terminal nothing is approved', async () => {
  const tenant = await openWaiting();
  const { code, stdout, stderr } = await run(tenant, ['approve', 'platform']);
  expect([code, stderr]).toEqual([
    1,
    '✗ there is no terminal to ask at, so that nothing was done: say --yes to go on unasked\n',
  ]);
  expect(stdout).toContain('~ spec.interval: 10m → 7m');
  expect((await listRevisions(tenant)).at(-1)?.status).toBeUndefined();
});

/** Runs `approve` on a pseudo-terminal, and types an answer. */
async function answer(tenant: Tenant, typed: string): Promise<string> {
  const words = [process.execPath, program.file, 'approve', 'platform', '-n', tenant.namespace];
  const command = words.map((word) => `'${word}'`).join(' ');
  const child = spawn(
    'script',
    ['-qec', `trap : INT; stty cols 80; ${command}; echo "code $?"`, '/dev/null'],
    {
      env: {
        PATH: process.env['PATH'] ?? '',
        TERM: 'xterm',
        SHELL: '/bin/sh',
        KUBECONFIG: cluster.controlPlane.kubeconfigPath,
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  let seen = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const asked = seen.includes('[y/N]');
    seen += chunk.toString();
    if (!asked && seen.includes('[y/N]')) child.stdin.write(typed);
  });
  await text(child.stdout);
  return seen.replaceAll('\r\n', '\n');
}

test('at a terminal it asks: no and ^C approve nothing, and yes does', async () => {
  const tenant = await openWaiting();
  expect(await answer(tenant, 'n\n')).toMatch(
    /approve plan [0-9a-f]{6} for whole\? \[y\/N\] n\n.*✗.* nothing was done\ncode 1\n$/s,
  );
  expect(await answer(tenant, '\u0003')).toMatch(/✗.* interrupted\ncode 130\n$/s);
  expect((await listRevisions(tenant)).at(-1)?.status).toBeUndefined();
  expect(await answer(tenant, 'y\n')).toMatch(/is approved for whole by .*code 0\n$/s);
  await untilInForce(tenant, 2);
});

test('two who approve at once: one approval is written, and the other is told', async () => {
  const tenant = await openWaiting({
    windows: [{ name: 'never', kind: 'Allow', from: '2099-01-01T00:00:00Z' }],
  });
  const [ada, bob] = [await approver(tenant), await approver(tenant)];
  const args = ['approve', 'platform', '--environment', 'whole', '--yes'];
  const runs = await Promise.all([ada, bob].map((kubeconfig) => run(tenant, args, kubeconfig)));
  expect(runs.map(({ code }) => code)).toEqual([0, 0]);
  expect(runs.filter(({ stderr }) => stderr.includes('is approved for whole by'))).toHaveLength(1);
  expect(runs.filter(({ stderr }) => stderr.includes('is approved already, by'))).toHaveLength(1);
  for (const { stderr } of runs) expect(stderr).toMatch(/◎ it still waits for the gate Window: /);
  expect((await listRevisions(tenant)).at(-1)?.status?.approvals).toHaveLength(1);
});

test('--override-window opens a window too', async () => {
  const tenant = await openWaiting({
    windows: [{ name: 'never', kind: 'Allow', from: '2099-01-01T00:00:00Z' }],
  });
  const closed = await run(tenant, ['approve', 'platform', '--yes']);
  expect([closed.code, closed.stderr]).toEqual([
    1,
    expect.stringContaining('no change waits for an approval'),
  ]);
  const { code } = await run(tenant, ['approve', 'platform', '--override-window', '--yes']);
  expect(code).toBe(0);
  await untilInterval(tenant, 'apps', '7m');
});

test('another plan than the one that was seen is refused', async () => {
  const tenant = await openWaiting();
  const { code, stderr } = await run(tenant, ['approve', 'platform', '--plan', 'abcdef0123', '--yes']);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/plan [0-9a-f]{6} waits, and not plan abcdef: look at it/),
  ]);
  const { plan } = await tenant.status();
  expect((await run(tenant, ['approve', 'platform', '--plan', plan?.digest ?? '', '--yes'])).code).toBe(0);
});

test('a plan that changes while somebody reads it is refused', async () => {
  const tenant = await openWaiting();
  const words = ['approve', 'platform', '-n', tenant.namespace].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', `'${process.execPath}' '${program.file}' ${words}`, '/dev/null'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      TERM: 'dumb',
      SHELL: '/bin/sh',
      KUBECONFIG: cluster.controlPlane.kubeconfigPath,
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let seen = '';
  child.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()));
  await waitFor('it asks', () => seen.includes('[y/N]'));
  await tenant.applyBlueprint(manual('8m'));
  await untilWaits(tenant, 'Approval');
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.stdin.write('y\n');
  await ended;
  expect(seen.replace(/\s+/g, ' ')).toContain('the plan has changed meanwhile, and nothing was approved');
  expect((await listRevisions(tenant)).at(-1)?.status).toBeUndefined();
});

test('where several environments wait, one has to be named', async () => {
  const tenant = await openReady(cluster.client, staged());
  await tenant.applyBlueprint({ ...staged({ interval: '7m' }), rollout: { approval: 'Manual' } });
  await untilWaits(tenant, 'Approval', 'staging');
  const typo = await run(tenant, ['approve', 'platform', '--environment', 'stagin', '--yes']);
  expect(typo.stderr).toBe(
    '✗ FluxBlueprint platform: no change waits in "stagin"; did you mean "staging"?\n',
  );
  const early = await run(tenant, ['approve', 'platform', '--environment', 'production', '--yes']);
  expect(early.stderr).toMatch(/it still waits in production for the gate After: staging must be ready/);
  expect((await run(tenant, ['approve', 'platform', '--yes'])).code).toBe(0);
  await untilInterval(tenant, 'apps-staging', '7m');
  expect(rolloutIn(await tenant.status(), 'production').waitsFor?.gate).toBe('After');
  expect(await intervalOf(tenant, 'apps')).not.toBe('7m');
});

test('those without the rights are told which role to ask for', async () => {
  const tenant = await openWaiting();
  const viewer = await makePerson(cluster.controlPlane, tenant, await rulesOf('fluxblueprint-view'));
  await waitFor('the viewer may read', async () => (await run(tenant, ['get'], viewer)).code === 0);
  const { code, stderr } = await run(tenant, ['approve', 'platform', '--yes'], viewer);
  expect([code, stderr]).toEqual([
    1,
    `✗ you may not patch fluxblueprintrevisions/status.fluxblueprint.io in namespace ${tenant.namespace}: ask for the ClusterRole fluxblueprint-approve there\n`,
  ]);
  const rolledBack = await run(tenant, ['rollback', 'platform', '--to', '1', '--yes'], viewer);
  expect(rolledBack.stderr).toContain('you may not patch fluxblueprints.fluxblueprint.io');
});

test('without an operator that looks, and while it is suspended, nothing is planned', async () => {
  const tenant = await openReady(cluster.client, underRollout('10m', {}));
  await cluster.operator.stop();
  await tenant.applyBlueprint(manual('7m'));
  const alone = await run(tenant, ['plan', 'platform', '--timeout', '3s']);
  await cluster.restartOperator();
  expect([alone.code, alone.stdout, alone.stderr]).toEqual([
    1,
    '',
    '✗ the operator has not looked at the present version of it yet: see whether it runs, and try again with a longer --timeout\n',
  ]);
  await untilWaits(tenant, 'Approval');
  await tenant.patch(tenant.blueprintRef(), { spec: { suspend: true } });
  const suspended = await run(tenant, ['approve', 'platform', '--yes']);
  expect([suspended.code, suspended.stderr]).toEqual([
    1,
    expect.stringMatching(/is suspended, so that the operator plans nothing: resume it first/),
  ]);
});

test.each([[['approve', 'platform', '--plan', 'xyz']], [['plan']], [['diff']]])(
  'wrong usage is told: %j',
  async (args) => {
    const { code, stderr } = await program.run(args);
    expect([code, stderr.startsWith('error: ')]).toEqual([2, true]);
  },
);
