import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/api/object.ts';
import { createNamespace } from '../harness/api-server/environment.ts';
import { bundleForTest } from '../harness/operator/bundle.ts';
import { startOperator, type OperatorProcess } from '../harness/operator/operator-process.ts';
import { waitFor } from '../harness/wait-for.ts';
import { requestToken, writeAccountKubeconfig } from '../harness/api-server/service-accounts.ts';
import { applyAll, installDefault, startInstallCluster } from './cluster.ts';
import type { InstallCluster } from './cluster.ts';
import { buildKustomization, findObject } from './kustomize.ts';

const config = join(import.meta.dirname, '..', '..', 'config');
const account = { namespace: 'fluxblueprint-system', name: 'fluxblueprint-controller' };
let folder: string;
let environment: InstallCluster;
let bundle: Awaited<ReturnType<typeof bundleForTest>>;
let operator: OperatorProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluxblueprint-overlay-'));
  environment = await startInstallCluster();
  await installDefault(environment.admin);
  await applyAll(environment.admin, await buildWithMetrics('default'));
  bundle = await bundleForTest();
  const kubeconfig = await writeAccountKubeconfig(
    environment.controlPlane,
    environment.admin.transport,
    account,
  );
  // As in the pod, but on loopback and on a port that is free.
  operator = await startOperator(bundle.file, kubeconfig, ['--metrics-secure']);
});

afterAll(async () => {
  await operator.stop();
  await bundle.remove();
  await environment.stop();
  await rm(folder, { recursive: true });
});

/** Builds a folder of config/ with the component, as a user's overlay takes both in. */
async function buildWithMetrics(base: string): Promise<KubeObject[]> {
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [relative(folder, join(config, base))],
    components: [relative(folder, join(config, 'metrics'))],
  };
  await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
  return buildKustomization(relative(config, folder));
}

const added = [
  'ClusterRole fluxblueprint-metrics-auth',
  'ClusterRole fluxblueprint-metrics-reader',
  'ClusterRoleBinding fluxblueprint-metrics-auth',
  'NetworkPolicy fluxblueprint-controller-metrics',
  'Service fluxblueprint-controller-metrics',
];

test.each(['default', 'lockdown'])(
  'the component adds to %s what metrics need, and nothing else',
  async (base) => {
    const [without, withMetrics] = [await buildKustomization(base), await buildWithMetrics(base)];
    const names = (objects: KubeObject[]) =>
      objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();
    expect(names(withMetrics)).toEqual([...names(without), ...added].sort());
    const others = withMetrics.filter(({ kind }) => kind !== 'Deployment');
    expect(others).toEqual(expect.arrayContaining(without.filter(({ kind }) => kind !== 'Deployment')));
  },
);

test('the port of the Service is the one in the arguments of the operator, and the policies select the same pods', async () => {
  const objects = await buildWithMetrics('default');
  const { template, selector } = findObject(objects, 'Deployment', account.name)['spec'] as {
    selector: { matchLabels: object };
    template: {
      spec: { containers: { args: string[]; ports: { name: string; containerPort: number }[] }[] };
    };
  };
  const [container] = template.spec.containers;
  const port = container?.ports.find(({ name }) => name === 'metrics')?.containerPort;
  expect(container?.args).toEqual([
    'operator',
    '--leader-elect',
    '--health-addr=:8081',
    '--admin-namespaces=flux-system',
    `--metrics-addr=:${port ?? ''}`,
    '--metrics-secure',
  ]);
  const service = findObject(objects, 'Service', 'fluxblueprint-controller-metrics')['spec'];
  expect(service).toEqual({
    selector: selector.matchLabels,
    ports: [{ name: 'metrics', port, targetPort: 'metrics' }],
  });
  const policy = findObject(objects, 'NetworkPolicy', 'fluxblueprint-controller-metrics')['spec'];
  expect(policy).toMatchObject({ podSelector: selector });
});

/** The status of a scrape with the token of an account. */
function scrape(token: string): Promise<number | undefined> {
  const address = String(operator.log.find(({ msg }) => msg === 'starting')?.['metricsAddr']);
  const headers = { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    request(`https://${address}/metrics`, { headers, rejectUnauthorized: false, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .once('error', reject)
      .end();
  });
}

async function makeToken(namespace: string, name: string): Promise<string> {
  const { admin } = environment;
  await applyAll(admin, [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } }]);
  return requestToken(admin.transport, { namespace, name });
}

test('with the rights of the installation the operator admits who is bound to the reader, and nobody else', async () => {
  const namespace = await createNamespace(environment.admin);
  const [bound, unbound] = [await makeToken(namespace, 'prometheus'), await makeToken(namespace, 'other')];
  await applyAll(environment.admin, [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'fluxblueprint-metrics' },
      roleRef: {
        apiGroup: 'rbac.authorization.k8s.io',
        kind: 'ClusterRole',
        name: 'fluxblueprint-metrics-reader',
      },
      subjects: [{ kind: 'ServiceAccount', name: 'prometheus', namespace }],
    },
  ]);
  await waitFor('the bound one is admitted', async () => (await scrape(bound)) === 200);
  expect([await scrape(unbound), await scrape('nonsense')]).toEqual([403, 401]);
});
