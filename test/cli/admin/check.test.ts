import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/api/object.ts';
import { ENTRIES } from '../../../src/cli/manual/entries.ts';
import { type InstallCluster, installDefault, startInstallCluster } from '../../config/cluster.ts';
import { bindClusterRole, writeAccountKubeconfig } from '../../harness/api-server/service-accounts.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { Program, type Run } from '../program.ts';
import { markRolledOut } from './roll-out.ts';

let program: Program;
let environment: InstallCluster;

beforeAll(async () => {
  program = await Program.bundle();
  environment = await startInstallCluster();
  await installDefault(environment.admin);
  await environment.admin.cluster.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flux-system' } },
    { fieldManager: 'test' },
  );
});

afterAll(async () => {
  await environment.stop();
  await program.remove();
});

const OPERATOR = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'fluxblueprint-system',
  name: 'fluxblueprint-controller',
};

const CONTROLLERS = ['source', 'kustomize', 'helm', 'notification'].map((name) => `${name}-controller`);

/** Deploys Flux as its installation does, without pods. */
async function deployFlux(version: string, ...args: string[]): Promise<void> {
  for (const name of CONTROLLERS) {
    const labels = { 'app.kubernetes.io/part-of': 'flux', 'app.kubernetes.io/version': version };
    const template = {
      metadata: { labels: { app: name } },
      spec: {
        containers: [
          { name: 'manager', image: `fluxcd/${name}:v1`, args: ['--watch-all-namespaces', ...args] },
        ],
      },
    };
    const deployment: KubeObject = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'flux-system', labels },
      spec: { selector: { matchLabels: { app: name } }, template },
    };
    await environment.admin.cluster.apply(deployment, { fieldManager: 'test' });
    await markRolledOut(environment.admin, { ...OPERATOR, namespace: 'flux-system', name });
  }
}

function check(...args: string[]): Promise<Run> {
  return program.run(['check', ...args], '', { KUBECONFIG: environment.controlPlane.kubeconfigPath });
}

test('a cluster with everything is fit', async () => {
  await deployFlux('v2.9.4');
  await markRolledOut(environment.admin, OPERATOR);
  const { code, stdout, stderr } = await check();
  expect(stdout).not.toContain('✗');
  expect([code, stderr]).toEqual([0, '✔ all checks passed\n']);
  expect(stdout).toMatch(
    /^► checking Kubernetes\n✔ Kubernetes v1\.\d+\.\d+ >=1\.30\n► checking Flux\n✔ Flux v2\.9\.4 >=2\.6\n/,
  );
  expect(stdout).toContain('✔ kustomizations.kustomize.toolkit.fluxcd.io/v1\n');
  expect(stdout).toContain('✔ fluxblueprint-controller 0.1.0: 2/2 ready\n');
  expect(stdout).toMatch(
    /✔ ServiceAccount fluxblueprint-system\/fluxblueprint-controller has the \d+ rights that it needs\n/,
  );
});

test('the rights that docs/cli.md names suffice, and others are told what they lack', async () => {
  await deployFlux('v2.9.4');
  await markRolledOut(environment.admin, OPERATOR);
  const account = { namespace: 'flux-system', name: 'checker' };
  await environment.admin.cluster.apply(
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account },
    { fieldManager: 'test' },
  );
  const { controlPlane, admin } = environment;
  const kubeconfig = await writeAccountKubeconfig(controlPlane, admin.transport, account);
  const as = (): Promise<Run> => program.run(['check', '--kubeconfig', kubeconfig]);
  const refused = await as();
  expect(refused.code).toBe(1);
  expect(refused.stdout).toContain(
    '✗ not looked at: you may not list deployments.apps in all namespaces: ask for',
  );
  const { rights = [] } = ENTRIES['check'] ?? {};
  if (typeof rights === 'string') throw new Error('the rights are listed');
  const rules = rights.map(({ verbs, resource }) => {
    const [plural = '', ...group] = resource.split('.');
    return { apiGroups: [group.join('.')], resources: [plural], verbs };
  });
  await bindClusterRole(admin, 'checker', rules, account);
  await waitFor('the rights are in force', async () => (await as()).code === 0);
});

test('what is wrong is told with what to do', async () => {
  await deployFlux('v2.5.0', '--no-cross-namespace-refs=true', '--default-service-account=default');
  await environment.admin.cluster.mergeStatus(
    OPERATOR,
    { status: { readyReplicas: 0 } },
    { fieldManager: 'kubernetes-stand-in' },
  );
  const { code, stdout, stderr } = await check();
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^✗ 2 of \d+ checks failed, with 2 warnings\n$/)]);
  expect(stdout).toContain('✗ Flux v2.5.0 is too old: update it to 2.6 or newer\n');
  expect(stdout).toContain(
    '✗ fluxblueprint-controller 0.1.0: 0/2 ready; see why: kubectl describe deployment',
  );
  expect(stdout).toContain(
    '◎ Flux refuses references across namespaces, and the operator lets blueprints have them: give',
  );
  expect(stdout).toContain('install it by --lockdown, or give it --default-service-account=default');
});

test('--pre looks at what has to be there before, and programs get JSON', async () => {
  await deployFlux('v2.9.4');
  const { code, stdout } = await check('--pre', '-o', 'json');
  const { fit, sections } = JSON.parse(stdout) as { fit: boolean; sections: { title: string }[] };
  expect([code, fit]).toEqual([0, true]);
  expect(sections.map(({ title }) => title)).toEqual([
    'checking Kubernetes',
    'checking Flux',
    'checking the kinds of Flux',
  ]);
});
