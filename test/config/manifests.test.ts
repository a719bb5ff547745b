import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/api/object.ts';
import { compile } from '../../src/core/compile/compile.ts';
import { offlineContext } from '../../src/core/compile/model/context.ts';
import { readBlueprints } from '../../src/core/yaml/read-blueprints.ts';
import { buildKustomization, findObject } from './kustomize.ts';

const root = join(import.meta.dirname, '..', '..');
let objects: KubeObject[];

interface Container {
  image: string;
  args: string[];
  env: { name: string; value: string }[];
  resources: { limits: { memory: string } };
}

beforeAll(async () => {
  objects = await buildKustomization('default');
});

function readContainer(from = objects): Container {
  const { spec } = findObject(from, 'Deployment', 'fluxblueprint-controller');
  const { template } = spec as { template: { spec: { containers: Container[] } } };
  const [container] = template.spec.containers;
  if (container === undefined) throw new Error('the Deployment has no container');
  return container;
}

test('every version is that of package.json', async () => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(readContainer().image).toBe(`fluxblueprint:${version}`);
  const labels = objects.map(({ metadata }) => metadata.labels?.['app.kubernetes.io/version']);
  expect(new Set(labels)).toEqual(new Set([version]));
  expect(await readFile(join(root, 'Dockerfile'), 'utf8')).toContain(`\nARG VERSION=${version}\n`);
});

test('nothing of the installation looks like a generated object', () => {
  for (const { metadata } of objects)
    expect(metadata.labels).not.toHaveProperty(['app.kubernetes.io/managed-by']);
});

test('the heap leaves a third of the memory limit to the rest of the process', () => {
  const { env, resources } = readContainer();
  const options = env.find(({ name }) => name === 'NODE_OPTIONS')?.value;
  const heap = /^--max-old-space-size=(\d+) --max-semi-space-size=\d+$/u.exec(options ?? '')?.[1];
  const limit = /^(\d+)Mi$/u.exec(resources.limits.memory)?.[1];
  expect(Number(heap)).toBeLessThanOrEqual((Number(limit) * 2) / 3);
});

test('blueprints are read by viewers, and written by nobody that they are not given to', () => {
  const labels = objects
    .filter(({ kind }) => kind === 'ClusterRole')
    .map(({ metadata }) => [
      metadata.name,
      Object.keys(metadata.labels ?? {}).filter((label) => label.startsWith('rbac.authorization.k8s.io/')),
    ]);
  expect(Object.fromEntries(labels)).toEqual({
    'fluxblueprint-admin': [],
    'fluxblueprint-approve': [],
    'fluxblueprint-controller': [],
    'fluxblueprint-edit': [],
    'fluxblueprint-generate': [],
    'fluxblueprint-tenant': [],
    'fluxblueprint-view': ['rbac.authorization.k8s.io/aggregate-to-view'],
  });
});

/** What a role lets people do, as `resource: verbs`. */
function rightsOf(role: string): string[] {
  const { rules } = findObject(objects, 'ClusterRole', role) as KubeObject & {
    rules: { resources: string[]; verbs: string[] }[];
  };
  return rules
    .flatMap(({ resources, verbs }) => resources.map((resource) => `${resource}: ${verbs.join(' ')}`))
    .sort();
}

test('authors write blueprints, approvers approvals, and neither what the other does', () => {
  const reads = 'get list watch';
  expect(rightsOf('fluxblueprint-view')).toEqual([
    `events: ${reads}`,
    `fluxblueprintrevisions: ${reads}`,
    `fluxblueprints: ${reads}`,
  ]);
  expect(rightsOf('fluxblueprint-edit')).toEqual([
    `fluxblueprintrevisions: ${reads}`,
    `fluxblueprints: ${reads} create update patch delete`,
  ]);
  expect(rightsOf('fluxblueprint-approve')).toEqual([
    'fluxblueprintrevisions/status: get patch',
    `fluxblueprintrevisions: ${reads}`,
    `fluxblueprints: ${reads}`,
  ]);
  // A tenant writes nothing but blueprints.
  const writes = rightsOf('fluxblueprint-tenant').filter((right) => !right.endsWith(`: ${reads}`));
  expect(writes).toEqual([`fluxblueprints: ${reads} create update patch delete`]);
});

test('the lockdown takes the operator its own rights to write, has no admins, requires accounts, and has the policies', async () => {
  const taken = ['fluxblueprint-controller-generate', 'fluxblueprint-controller-admin'];
  const kept = objects.filter(({ metadata }) => !taken.includes(metadata.name));
  expect(kept).toHaveLength(objects.length - 2);
  const locked = structuredClone(kept);
  const container = readContainer(locked);
  expect(container.args.pop()).toBe('--admin-namespaces=flux-system');
  container.args.push('--require-service-account');
  const policies = await buildKustomization('policy');
  const built = await buildKustomization('lockdown');
  // kustomize sorts by kind, so that policies stand among the rest.
  const isAdded = ({ kind, metadata: { name } }: KubeObject): boolean =>
    policies.some((policy) => policy.kind === kind && policy.metadata.name === name);
  expect(built.filter((object) => !isAdded(object))).toEqual(locked);
  expect(built.filter(isAdded)).toEqual(policies);
});

test('every sample compiles', async () => {
  const folder = join(root, 'config', 'samples');
  const names = (await readdir(folder)).filter((name) => name !== 'kustomization.yaml');
  expect(names.length).toBeGreaterThanOrEqual(3);
  for (const name of names) {
    const read = readBlueprints(await readFile(join(folder, name), 'utf8'));
    const compiled = read.ok
      ? read.blueprints.map((blueprint) => compile(blueprint, offlineContext()))
      : [read];
    expect({ name, problems: compiled.filter(({ ok }) => !ok) }).toEqual({ name, problems: [] });
  }
});
