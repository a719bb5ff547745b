import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { API_VERSION, FINALIZER, KIND } from '../../src/api/names.ts';
import type { KubeObject, ObjectRef } from '../../src/api/object.ts';
import { bundleForTest } from '../harness/operator/bundle.ts';
import { startOperator, type OperatorProcess } from '../harness/operator/operator-process.ts';
import { waitFor } from '../harness/wait-for.ts';
import { writeAccountKubeconfig } from '../harness/api-server/service-accounts.ts';
import { applyAll, installDefault, startInstallCluster, type InstallCluster } from './cluster.ts';
import { buildKustomization } from './kustomize.ts';

const account = { namespace: 'fluxblueprint-system', name: 'fluxblueprint-controller' };
let environment: InstallCluster;
let bundle: Awaited<ReturnType<typeof bundleForTest>>;
let kubeconfigPath: string;
let operator: OperatorProcess;

beforeAll(async () => {
  environment = await startInstallCluster();
  await installDefault(environment.admin);
  bundle = await bundleForTest();
  kubeconfigPath = await writeAccountKubeconfig(
    environment.controlPlane,
    environment.admin.transport,
    account,
  );
});

afterAll(async () => {
  await bundle.remove();
  await environment.stop();
});

/** The real program, as the account of the installation and with no more than its rights. */
beforeEach(async () => {
  operator = await startOperator(bundle.file, kubeconfigPath, [
    ...['--leader-elect', '--leader-elect-resource-namespace', account.namespace],
  ]);
});

afterEach(async () => {
  await operator.stop();
});

/** Ends the operator and expects that nothing which it asked for was forbidden, nor failed otherwise. */
async function expectNothingForbidden(): Promise<void> {
  expect(await operator.stop()).toBe(0);
  const bad = operator.log.filter(
    (line) => line.level === 'error' || JSON.stringify(line).includes('orbidden'),
  );
  expect(bad).toEqual([]);
}

const flux = {
  GitRepository: 'source.toolkit.fluxcd.io/v1',
  Kustomization: 'kustomize.toolkit.fluxcd.io/v1',
} as const;

function toRef(kind: keyof typeof flux, namespace: string, name: string): ObjectRef {
  return { apiVersion: flux[kind], kind, namespace, name };
}

async function waitForGenerated(refs: readonly ObjectRef[]): Promise<void> {
  for (const ref of refs) {
    await waitFor(`${ref.kind} ${ref.name} is there`, () => environment.admin.cluster.get(ref));
  }
}

async function deleteAndWait(blueprint: KubeObject, generated: readonly ObjectRef[]): Promise<void> {
  const { cluster } = environment.admin;
  const { namespace = '', name } = blueprint.metadata;
  const ref = { apiVersion: API_VERSION, kind: KIND, namespace, name };
  const value = await waitFor('the blueprint has its finalizer and status', async () => {
    const found = await cluster.get(ref);
    return found?.['status'] === undefined ? undefined : found;
  });
  expect(value.metadata.finalizers).toEqual([FINALIZER]);
  await cluster.delete(ref);
  await waitFor('the blueprint is gone', async () => (await cluster.get(ref)) === undefined);
  for (const one of generated) expect(await cluster.get(one)).toBeUndefined();
}

test('with its own rights the operator generates, reports and deletes in the namespace of a blueprint, and nothing is forbidden to it', async () => {
  const blueprint: KubeObject = {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name: 'own', namespace: 'default' },
    spec: {
      sources: [{ name: 'own', git: { url: 'https://example.com/own' } }],
      layers: [{ name: 'infrastructure', kustomization: {} }],
    },
  };
  await applyAll(environment.admin, [blueprint]);
  const generated = [
    toRef('GitRepository', 'default', 'own'),
    toRef('Kustomization', 'default', 'infrastructure'),
  ];
  await waitForGenerated(generated);
  await deleteAndWait(blueprint, generated);
  await expectNothingForbidden();
});

test('the sample of a tenant works with the rights that it gives its account, and nothing is forbidden to it', async () => {
  const tenant = (await buildKustomization('samples')).filter(
    ({ metadata }) => metadata.namespace === 'shop' || metadata.name === 'shop',
  );
  const stored = await applyAll(environment.admin, tenant);
  const blueprint = stored.find(({ kind }) => kind === KIND);
  if (blueprint === undefined) throw new Error('the sample has no blueprint');
  const generated = [toRef('GitRepository', 'shop', 'shop'), toRef('Kustomization', 'shop', 'database')];
  await waitForGenerated(generated);
  await deleteAndWait(blueprint, generated);
  await expectNothingForbidden();
});

test('it leads by the Lease of the installation, lets it go at the end, and nothing is forbidden to it', async () => {
  await waitFor('it leads', () => Promise.resolve(operator.log.find(({ msg }) => msg === 'leading')));
  await expectNothingForbidden();
  const reported = operator.log.filter(({ lease }) => lease !== undefined);
  expect(reported).toMatchObject(
    ['leading', 'the lease is let go'].map((msg) => ({
      msg,
      lease: `${account.namespace}/fluxblueprint-leader-election`,
    })),
  );
});
