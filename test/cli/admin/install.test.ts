import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { API_VERSION, FINALIZER, KIND } from '../../../src/api/names.ts';
import { type KubeObject, type ObjectRef, refOf } from '../../../src/api/object.ts';
import { buildKustomization, findObject } from '../../config/kustomize.ts';
import { type InstallCluster, startInstallCluster } from '../../config/cluster.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { Program, type Run } from '../program.ts';
import { markRolledOut } from './roll-out.ts';

let program: Program;
let environment: InstallCluster;

beforeAll(async () => {
  program = await Program.bundle();
  environment = await startInstallCluster();
});

afterAll(async () => {
  await environment.stop();
  await program.remove();
});

function run(...args: string[]): Promise<Run> {
  return program.run(args, '', { KUBECONFIG: environment.controlPlane.kubeconfigPath });
}

function find(ref: ObjectRef): Promise<KubeObject | undefined> {
  return environment.admin.cluster.get(ref);
}

const CRD = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' } as const;
const BLUEPRINTS = { ...CRD, name: 'fluxblueprints.fluxblueprint.io' };
const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'fluxblueprint-system',
  name: 'fluxblueprint-controller',
};
const GENERATE = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  name: 'fluxblueprint-controller-generate',
};

/** Installs, while somebody does what the controllers of Kubernetes would. */
async function install(...args: string[]): Promise<Run> {
  const child = program.start(['install', ...args], { KUBECONFIG: environment.controlPlane.kubeconfigPath });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('the streams are piped');
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let isOver = false;
  void ended.then(() => (isOver = true));
  const [out, err] = [text(stdout), text(stderr)];
  await waitFor('it ends', async () => {
    await markRolledOut(environment.admin, DEPLOYMENT);
    return isOver;
  });
  return { code: await ended, stdout: await out, stderr: await err, progress: [] };
}

test.each(['default', 'lockdown'])('--export prints what config/%s is', async (variant) => {
  const args = variant === 'default' ? [] : ['--lockdown'];
  const { code, stdout, stderr } = await program.run(['install', '--export', ...args]);
  expect([code, stderr]).toEqual([0, '']);
  const printed = parseAllDocuments(stdout).map((document) => document.toJS() as KubeObject);
  const key = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.name}`;
  const sort = (objects: KubeObject[]): KubeObject[] => objects.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  expect(sort(printed)).toEqual(sort(await buildKustomization(variant)));
});

test('--image names another image, and nonsense is no image', async () => {
  const { stdout } = await program.run([
    'install',
    '--export',
    '--image',
    'registry.example.com/fluxblueprint:1.0.0',
  ]);
  expect(stdout).toContain('image: registry.example.com/fluxblueprint:1.0.0');
  const wrong = await program.run(['install', '--export', '--image', 'a b']);
  expect([wrong.code, wrong.stdout]).toEqual([1, '']);
  expect(wrong.stderr).toMatch(/--image "a b" is no name of an image/);
});

// One story: what is installed is what the next step finds.
test('it is installed, changed to lockdown, and taken off', async () => {
  const first = await install();
  expect(first.stderr).toContain('◎ the image fluxblueprint:0.1.0 is published nowhere');
  expect(first.stderr).toContain(`✔ CustomResourceDefinition/${BLUEPRINTS.name} created`);
  expect(first.stderr).toMatch(/✔ FluxBlueprint 0\.1\.0 is installed, and ready after \w+\n$/);
  expect(first.code).toBe(0);
  const again = await install('--image', 'registry.example.com/fluxblueprint:0.1.0');
  expect(again.stderr).toContain('✔ Deployment/fluxblueprint-system/fluxblueprint-controller configured');
  expect(again.stderr).not.toContain('created');

  const kept = await makeBlueprint();
  expect(await find(GENERATE)).toBeDefined();
  const locked = await install('--lockdown');
  expect([locked.code, locked.stderr]).toEqual([
    0,
    expect.stringContaining('✔ ClusterRoleBinding/fluxblueprint-controller-generate deleted'),
  ]);
  expect(await find(GENERATE)).toBeUndefined();

  await environment.admin.cluster.merge(
    BLUEPRINTS,
    { metadata: { labels: { 'app.kubernetes.io/version': '9.0.0' } } },
    { fieldManager: 'test' },
  );
  const older = await run('install');
  expect([older.code, older.stderr]).toEqual([
    1,
    '✗ FluxBlueprint 9.0.0 is installed, which is newer than this program (0.1.0): take the program of that version, or add --force\n',
  ]);

  const dry = await run('uninstall', '--dry-run', '--with-blueprints');
  expect(dry.code).toBe(0);
  expect(dry.stderr).toContain('✗ 1 blueprint with their revisions: flux-system/platform');
  const unasked = await run('uninstall');
  expect([unasked.code, unasked.stderr]).toEqual([
    1,
    expect.stringContaining('add --yes, or see what would go by --dry-run'),
  ]);
  expect(await find(DEPLOYMENT)).toBeDefined();

  const gone = await run('uninstall', '--yes', '--keep-namespace');
  expect([gone.code, gone.stderr]).toEqual([0, expect.stringContaining('✔ the operator is uninstalled')]);
  expect(await find(DEPLOYMENT)).toBeUndefined();
  expect(await find(kept.blueprint)).toBeDefined();

  const whole = await run('uninstall', '--yes', '--with-blueprints');
  expect([whole.code, whole.stderr]).toEqual([0, expect.stringContaining('✔ the operator is uninstalled')]);
  await waitFor('the CRDs are gone', async () => (await find(BLUEPRINTS)) === undefined);
  expect((await find(kept.generated))?.metadata.uid).toBe(kept.uid);
  expect((await run('uninstall', '--yes')).stderr).toMatch(/Namespace|there is no operator on/);
});

/** A blueprint with a finalizer, as after a reconcile, and an object that it has generated. */
async function makeBlueprint(): Promise<{
  blueprint: ObjectRef;
  generated: ObjectRef;
  uid: string | undefined;
}> {
  const { cluster } = environment.admin;
  const apply = (object: KubeObject): Promise<KubeObject> => cluster.apply(object, { fieldManager: 'test' });
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flux-system' } });
  const metadata = { name: 'platform', namespace: 'flux-system' };
  const stored = await apply(findObject(await buildKustomization('samples'), KIND, 'platform'));
  await cluster.merge(refOf(stored), { metadata: { finalizers: [FINALIZER] } }, { fieldManager: 'test' });
  const generated = await apply({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { ...metadata, labels: { 'app.kubernetes.io/managed-by': 'fluxblueprint' } },
    spec: { interval: '10m', path: './', prune: true, sourceRef: { kind: 'GitRepository', name: 'fleet' } },
  });
  expect(stored.apiVersion).toBe(API_VERSION);
  return { blueprint: refOf(stored), generated: refOf(generated), uid: generated.metadata.uid };
}
