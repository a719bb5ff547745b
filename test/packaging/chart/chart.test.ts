import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { KubeObject } from '../../../src/api/object.ts';
import { buildKustomization, findObject } from '../../config/kustomize.ts';
import { chartFolder, runHelm, templateChart } from './helm.ts';

const KEEP = 'helm.sh/resource-policy';

/** Objects by their kind and name, without what the chart adds to CRDs on purpose. */
function index(objects: readonly KubeObject[]): Record<string, KubeObject> {
  const entries = objects.map((object) => {
    const { [KEEP]: kept, ...annotations } = object.metadata.annotations ?? {};
    const metadata = kept === undefined ? object.metadata : { ...object.metadata, annotations };
    return [`${object.kind} ${object.metadata.name}`, { ...object, metadata }];
  });
  return Object.fromEntries(entries) as Record<string, KubeObject>;
}

/** What a folder of config/ builds, without the namespace: `helm install --create-namespace` makes that. */
async function expected(...folders: string[]): Promise<Record<string, KubeObject>> {
  const built = await Promise.all(folders.map((folder) => buildKustomization(folder)));
  return index(built.flat().filter(({ kind }) => kind !== 'Namespace'));
}

test('without values the chart is config/default', async () => {
  expect(index(await templateChart())).toEqual(await expected('default'));
});

test('with lockdown it is config/lockdown, and with policies these are added', async () => {
  expect(index(await templateChart({ lockdown: true }))).toEqual(await expected('lockdown'));
  const policies = { enabled: true, fourEyes: true };
  expect(index(await templateChart({ policies }))).toEqual(await expected('default', 'policy', 'four-eyes'));
});

test('with metrics and what shows them it is config/metrics and config/monitoring', async () => {
  const metrics = { enabled: true, serviceMonitor: true, rules: true, dashboard: true };
  const objects = index(await templateChart({ metrics }));
  const shown = await expected('monitoring');
  const labels = ['app.kubernetes.io/version'];
  for (const [name, object] of Object.entries(shown)) {
    const found = objects[name];
    const kept = Object.entries(found?.metadata.labels ?? {}).filter(([label]) => !labels.includes(label));
    expect({ ...found, metadata: { ...found?.metadata, labels: Object.fromEntries(kept) } }).toEqual(object);
  }
  expect(Object.keys(objects)).toEqual(expect.arrayContaining(['Service fluxblueprint-controller-metrics']));
});

test('in another namespace every reference to the namespace follows, those in policies too', async () => {
  const values = { lockdown: true, policies: { fourEyes: true }, metrics: { enabled: true, rules: true } };
  const objects = await templateChart(values, 'platform');
  const text = JSON.stringify(objects.filter(({ kind }) => kind !== 'CustomResourceDefinition'));
  expect(text).not.toContain('fluxblueprint-system');
  expect(text).toContain('system:serviceaccount:platform:fluxblueprint-controller');
});

test('the CRDs stay when the chart is uninstalled, and can be left out', async () => {
  const crds = (await templateChart()).filter(({ kind }) => kind === 'CustomResourceDefinition');
  expect(crds.map(({ metadata }) => metadata.annotations?.[KEEP])).toEqual(['keep', 'keep']);
  const without = await templateChart({ crds: { install: false } });
  expect(without.filter(({ kind }) => kind === 'CustomResourceDefinition')).toEqual([]);
});

test('admins, approvers and tenants are bound to the roles of the chart', async () => {
  const group = { kind: 'Group', name: 'platform' };
  const deployer = { kind: 'ServiceAccount', name: 'deployer', namespace: 'shop' };
  const objects = await templateChart({
    access: {
      admins: [group],
      approvers: [{ kind: 'User', name: 'alice' }],
      tenants: [
        {
          namespace: 'shop',
          account: 'deployer',
          subjects: [group],
          approvers: [{ kind: 'User', name: 'bob' }],
          maxBlueprints: 3,
        },
      ],
    },
  });
  const apiGroup = 'rbac.authorization.k8s.io';
  const roles = objects.filter(({ kind }) => kind === 'ClusterRole').map(({ metadata }) => metadata.name);
  const bound = objects
    .filter(({ kind, metadata }) => kind.endsWith('RoleBinding') && !metadata.name.includes('controller'))
    .filter(({ metadata }) => metadata.name !== 'fluxblueprint-leader-election')
    .map((object) => object as KubeObject & { roleRef: { name: string }; subjects: object[] });
  for (const { roleRef } of bound) expect(roles).toContain(roleRef.name);
  const where = ({ metadata }: KubeObject): string => `${metadata.namespace ?? '*'}/${metadata.name}`;
  expect(Object.fromEntries(bound.map((one) => [where(one), one.subjects]))).toEqual({
    '*/fluxblueprint-edit': [{ apiGroup, ...group }],
    '*/fluxblueprint-approve': [
      { apiGroup, ...group },
      { apiGroup, kind: 'User', name: 'alice' },
    ],
    'shop/fluxblueprint-tenant': [{ apiGroup, ...group }],
    'shop/fluxblueprint-approve': [{ apiGroup, kind: 'User', name: 'bob' }],
    'shop/fluxblueprint-generate': [deployer],
  });
  expect(findObject(objects, 'ServiceAccount', 'deployer').metadata.namespace).toBe('shop');
  expect(findObject(objects, 'ResourceQuota', 'fluxblueprint')['spec']).toEqual({
    hard: { 'count/fluxblueprints.fluxblueprint.io': '3' },
  });
});

/** Values that change what is rendered, one for each that values.yaml has. */
const CHANGES: Record<string, unknown> = {
  'image.repository': 'registry.example/fluxblueprint',
  'image.tag': 'v2',
  'image.digest': `sha256:${'a'.repeat(64)}`,
  'image.pullPolicy': 'Always',
  imagePullSecrets: [{ name: 'registry' }],
  replicas: 3,
  concurrent: 20,
  logLevel: 'debug',
  extraArgs: ['--anti-patterns=Enforce'],
  'crds.install': false,
  lockdown: true,
  'policies.enabled': true,
  'policies.fourEyes': true,
  'access.admins': [{ kind: 'Group', name: 'platform' }],
  'access.approvers': [{ kind: 'Group', name: 'platform' }],
  'access.tenants': [{ namespace: 'shop', subjects: [{ kind: 'Group', name: 'shop' }] }],
  'metrics.enabled': true,
  'metrics.serviceMonitor': true,
  'metrics.rules': true,
  'metrics.dashboard': true,
  'networkPolicy.enabled': false,
  heapMiB: 512,
  'resources.requests.cpu': '100m',
  'resources.requests.memory': '256Mi',
  'resources.limits.cpu': '2',
  'resources.limits.memory': '1Gi',
  podAnnotations: { note: 'x' },
  podLabels: { team: 'x' },
  'nodeSelector.kubernetes.io/os': null,
  tolerations: [{ operator: 'Exists' }],
  affinity: { nodeAffinity: {} },
  priorityClassName: 'high',
};

/** The paths of values.yaml; a value that is empty or a list is one. */
function listPaths(value: object, prefix = ''): string[] {
  return Object.entries(value).flatMap(([key, child]: [string, unknown]) =>
    typeof child === 'object' && child !== null && !Array.isArray(child) && Object.keys(child).length > 0
      ? listPaths(child, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  );
}

/** The object of one value, by its path. */
function nest(path: string, value: unknown): object {
  const [head = '', tail] = path.startsWith('nodeSelector.')
    ? ['nodeSelector', path.slice('nodeSelector.'.length)]
    : [path.split('.')[0], path.split('.').slice(1).join('.')];
  if (tail === '') return { [head]: value };
  return { [head]: head === 'nodeSelector' ? { [tail]: value } : nest(tail, value) };
}

test('every value of values.yaml changes what is rendered, and is explained above it', async () => {
  const text = await readFile(join(chartFolder, 'values.yaml'), 'utf8');
  expect(Object.keys(CHANGES).sort()).toEqual(listPaths(parse(text) as object).sort());
  const base = { metrics: { enabled: true } };
  const [plain, measured] = [
    JSON.stringify(await templateChart()),
    JSON.stringify(await templateChart(base)),
  ];
  for (const [path, value] of Object.entries(CHANGES)) {
    // What shows metrics needs them.
    const isShown = path.startsWith('metrics.') && path !== 'metrics.enabled';
    const values = isShown ? { metrics: { ...base.metrics, [path.slice(8)]: value } } : nest(path, value);
    const changed = JSON.stringify(await templateChart(values));
    expect({ path, same: changed === (isShown ? measured : plain) }).toEqual({ path, same: false });
  }
  const lines = text.split('\n');
  const unexplained = lines.filter((line, i) => /^\w/u.test(line) && !lines[i - 1]?.startsWith('#'));
  expect(unexplained).toEqual([]);
});

const WRONG: [string, object, string][] = [
  ['a misspelt value', { replica: 1 }, "additional properties 'replica' not allowed"],
  ['a misspelt value within another', { image: { name: 'x' } }, "additional properties 'name' not allowed"],
  ['no whole number', { replicas: 1.5 }, "at '/replicas': got number, want integer"],
  ['too many workers', { concurrent: 1000 }, "at '/concurrent': maximum: got 1,000, want 100"],
  ['an unknown level', { logLevel: 'trace' }, "at '/logLevel': value must be one of"],
  ['a digest that is none', { image: { digest: 'latest' } }, "at '/image/digest'"],
  ['a flag that a value sets', { extraArgs: ['--leader-elect=false'] }, "at '/extraArgs/0'"],
  ['no flag', { extraArgs: ['rm -rf'] }, "at '/extraArgs/0'"],
  ['a truth that is a text', { lockdown: 'yes' }, "at '/lockdown': got string, want boolean"],
  [
    'a tenant without a namespace',
    { access: { tenants: [{ subjects: [] }] } },
    "missing property 'namespace'",
  ],
  [
    'an account without a namespace',
    { access: { admins: [{ kind: 'ServiceAccount', name: 'x' }] } },
    'namespace',
  ],
  ['a monitor of metrics that are off', { metrics: { serviceMonitor: true } }, "at '/metrics/enabled'"],
];

test.each(WRONG)('the schema refuses %s, and says where', async (_, values, says) => {
  await expect(templateChart(values)).rejects.toThrow(says);
});

test('helm lint has nothing to say, and the versions are those of package.json', async () => {
  expect(await runHelm(['lint', '--strict', chartFolder])).toContain('1 chart(s) linted, 0 chart(s) failed');
  const chart = parse(await readFile(join(chartFolder, 'Chart.yaml'), 'utf8')) as Record<string, string>;
  const { version } = JSON.parse(await readFile(join(chartFolder, '..', '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(chart).toMatchObject({ version, appVersion: version });
});

test('what the chart takes over from config/ is not older than that', async () => {
  const lists = await Promise.all(
    ['default', 'policy', 'four-eyes'].map((folder) => buildKustomization(folder)),
  );
  const objects = index(await templateChart({ policies: { enabled: true, fourEyes: true } }));
  expect(Object.keys(index(lists.flat())).filter((name) => !(name in objects))).toEqual([
    'Namespace fluxblueprint-system',
  ]);
});
