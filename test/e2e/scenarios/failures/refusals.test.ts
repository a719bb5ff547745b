import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import type { KubeObject } from '../../../../src/api/object.ts';
import type { Condition } from '../../../../src/api/schema/status.ts';
import { compile } from '../../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../../src/core/compile/model/context.ts';
import type { GitRepository } from '../../../harness/flux/servers/git-repository.ts';
import { describeChart } from '../../../harness/flux/servers/chart.ts';
import { requestReconcile } from '../../../harness/flux/request-reconcile.ts';
import { configMapYaml, secret } from '../../../harness/flux/manifests.ts';
import { readRefusals } from '../../../harness/flux/refusal-table.ts';
import { waitFor } from '../../../harness/wait-for.ts';
import { Scenario } from '../../scenario/scenario.ts';

let scenario: Scenario;
let fleet: GitRepository;

beforeAll(async () => {
  scenario = await Scenario.open();
  const { client, tenant } = scenario;
  fleet = await (await scenario.startGit()).createRepository('fleet');
  await fleet.commit({
    'base/base.yaml': configMapYaml(tenant.namespace, 'base', { greeting: '${GREETING:=hello}' }),
    'chart/Chart.yaml': stringify(describeChart({ name: 'web', version: '1.0.0' })),
    'chart/templates/web.yaml': configMapYaml(tenant.namespace, 'web', {}),
  });
  const ref = { branch: 'main' };
  await client.apply(object('GitRepository', 'fleet', { url: fleet.url, ref, interval: '1m' }));
  await client.apply(object('Kustomization', 'base', kustomization));
  await client.apply(secret(tenant.namespace, 'token', { token: 'only-for-tests', identity: 'none' }));
  await scenario.registry.pushFiles('refusals/app', '1.0.0', { 'app.yaml': '' });
  const charts = await scenario.startCharts();
  await charts.publish({ name: 'web', version: '1.0.0' });
  await client.apply(object('HelmRepository', 'charts', { url: charts.url, interval }));
});

afterAll(() => scenario.close());

/** An object of Flux as somebody without a blueprint writes it. */
function object(kind: string, name: string, spec: object): object {
  const { apiVersion, namespace } = scenario.tenant.ref(kind, name);
  return { apiVersion, kind, metadata: { name, namespace }, spec };
}

/** The same spec in a blueprint. */
function inBlueprint(kind: string, spec: object): object {
  const name = 'same';
  switch (kind) {
    case 'GitRepository':
      return { sources: [{ name, git: spec }] };
    case 'OCIRepository':
      return { sources: [{ name, oci: spec }] };
    case 'HelmRepository':
      return { sources: [{ name, helm: spec }] };
    case 'Bucket':
      return { sources: [{ name, bucket: spec }] };
    case 'Kustomization':
      return { layers: [{ name, kustomization: spec }] };
    case 'HelmRelease':
      return { layers: [{ name, helmRelease: spec }] };
    default:
      return { notifications: { receivers: [{ name, ...spec }] } };
  }
}

const interval = '1m';
const secretRef = { name: 'token' };
const sourceRef = { kind: 'GitRepository', name: 'fleet' };
const kustomization = { interval, prune: true, path: './base', sourceRef };
const resources = [sourceRef];
const patch = '- op: remove\n  path: /data\n';

const git = (spec: object): object => ({ interval, url: fleet.url, ref: { branch: 'main' }, ...spec });
const oci = (spec: object): object => ({
  interval,
  insecure: true,
  url: scenario.registry.url('refusals/app'),
  ...spec,
});
const fromIndex = (spec: object): object => ({
  interval,
  chart: { spec: { chart: 'web', sourceRef: { kind: 'HelmRepository', name: 'charts' }, ...spec } },
});
const fromGit = (spec: object): object => ({
  interval,
  chart: { spec: { chart: './chart', sourceRef } },
  ...spec,
});

/**
 * Specs that their schemas allow, each by the row of `docs/flux-refusals.md` that it belongs to. All of it is on
 * loopback.
 */
const REFUSED: readonly [row: string, spec: () => object][] = [
  [
    'GitRepository: a URL that Go cannot parse, e.g. `ssh://host:org/repo`',
    () => ({ interval, secretRef, url: 'ssh://git@git.example.com:team/app.git' }),
  ],
  ['GitRepository: SSH without a Secret', () => ({ interval, url: 'ssh://git@127.0.0.1/fleet.git' })],
  [
    'GitRepository: provider github without a Secret',
    () => ({ interval, provider: 'github', url: 'https://git.example.com/team/app' }),
  ],
  [
    'GitRepository: `verify.mode` Tag or TagAndHEAD without a tag',
    () => git({ verify: { mode: 'Tag', secretRef } }),
  ],
  [
    'GitRepository: `verify.mode` Tag or TagAndHEAD without a tag',
    () => git({ ref: { name: 'refs/heads/main' }, verify: { mode: 'TagAndHEAD', secretRef } }),
  ],
  ['GitRepository: `ref.semver` that Masterminds/semver refuses', () => git({ ref: { semver: 'newest' } })],
  ['GitRepository: `ref.name` with a slash at an end', () => git({ ref: { name: '/refs/heads/main' } })],
  ['GitRepository: `ref.name` with a slash at an end', () => git({ ref: { name: 'refs/heads/main/' } })],
  [
    'OCIRepository: a tag or digest in the URL, or no name of a repository',
    () => ({ interval, url: 'oci://registry.example.com/team/app:1.0.0' }),
  ],
  [
    'OCIRepository: a tag or digest in the URL, or no name of a repository',
    () => ({ interval, url: 'oci://registry.example.com/' }),
  ],
  ['OCIRepository: `ref.digest` that is no SHA-256', () => oci({ ref: { digest: 'sha256:123' } })],
  [
    'OCIRepository: `ref.semver` or `ref.semverFilter` that cannot be read',
    () => oci({ ref: { semver: '> = 1' } }),
  ],
  [
    'OCIRepository: `ref.semver` or `ref.semverFilter` that cannot be read',
    () => oci({ ref: { semver: '1.x', semverFilter: '(?!rc)' } }),
  ],
  [
    'OCIRepository: `verify.provider: notation` without a Secret',
    () => oci({ ref: { tag: '1.0.0' }, verify: { provider: 'notation' } }),
  ],
  [
    'HelmRepository: `oci://` without `type: oci`, and the reverse',
    () => ({ interval, url: 'oci://example.com/charts' }),
  ],
  [
    'Bucket: an endpoint with a scheme or a path (generic, aws)',
    () => ({ interval, bucketName: 'store', endpoint: 'https://store.example.com/path' }),
  ],
  [
    'Bucket: an address of `sts` that Go cannot parse',
    () => ({
      interval,
      provider: 'aws',
      bucketName: 'store',
      endpoint: 'store.example.com',
      sts: { provider: 'aws', endpoint: 'https://sts.example.com:x' },
    }),
  ],
  [
    'Kustomization: CEL that does not parse in `healthCheckExprs` or `readyExpr`',
    () => ({
      ...kustomization,
      healthCheckExprs: [
        { apiVersion: 'example.com/v1', kind: 'Database', current: "status.phase == 'Up' &&" },
      ],
    }),
  ],
  [
    'Kustomization: `readyExpr` with an unknown variable, or that is no boolean',
    () => ({
      ...kustomization,
      dependsOn: [{ name: 'base', readyExpr: 'dependency.status.ready == true' }],
    }),
  ],
  [
    'Kustomization: a JSON patch without a target, a target that is no RE2',
    () => ({ ...kustomization, patches: [{ patch }] }),
  ],
  [
    'Kustomization: a JSON patch without a target, a target that is no RE2',
    () => ({ ...kustomization, patches: [{ patch, target: { kind: 'ConfigMap', name: 'web(' } }] }),
  ],
  [
    'Kustomization: a name in `postBuild.substitute` that is none of a variable',
    () => ({ ...kustomization, postBuild: { substitute: { 'a.name': 'b' } } }),
  ],
  [
    'Kustomization: `targetNamespace` or `commonMetadata` that no object can have',
    () => ({ ...kustomization, commonMetadata: { labels: { team: 'one two' } } }),
  ],
  [
    'Kustomization: `targetNamespace` or `commonMetadata` that no object can have',
    () => ({ ...kustomization, targetNamespace: 'Team_One' }),
  ],
  ['HelmRelease: a chart or version that no index can have', () => fromIndex({ chart: 'stable/../web' })],
  ['HelmRelease: a chart or version that no index can have', () => fromIndex({ version: 'newest' })],
  ['HelmRelease: a name of a release that Helm refuses', () => fromGit({ releaseName: 'Web_App' })],
  [
    'Receiver: `resourceFilter` or `filter` that does not compile',
    () => ({ type: 'generic', secretRef, resources, resourceFilter: 'request.ref == res.metadata.name' }),
  ],
];

/** Rows of which a blueprint is refused, and that are not tried here. */
const UNTRIED: Readonly<Record<string, string>> = {
  'all: a duration of more than 2562047h: the kind cannot be listed':
    'its object would stop the controllers for all other tests',
  'all: a reference to a name or namespace that nothing can have': 'Flux waits for ever, and says nothing',
  'all: another namespace under `--no-cross-namespace-refs`': 'the controllers run without the flag here',
  'HelmRelease: CEL, patches, namespaces and folders as above': 'the same code as for a Kustomization',
  'Alert: an expression that RE2 refuses': 'told by an event: see the test below',
  'Provider: `commitStatusExpr` that does not parse': 'Flux drops the status, and says nothing',
  'ImageRepository: a scheme, tag or digest in `image`': 'this controller does not run here',
  'ImagePolicy: a range or pattern that cannot be read': 'this controller does not run here',
  'ImagePolicy: a `policy` without semver, alphabetical or numerical': 'this controller does not run here',
  'ImageUpdateAutomation: a GitRepository without `git`': 'this controller does not run here',
};

const table = readRefusals();
const rows = new Map(table.map((row) => [row.title, row]));

test('each row of which a blueprint is refused is tried, or says why not', () => {
  const told = table.filter((row) => /^(?:refused|as above)/.test(row.told)).map(({ title }) => title);
  const tried = new Set(REFUSED.map(([title]) => title));
  expect([...tried, ...Object.keys(UNTRIED)].sort()).toEqual([...told].sort());
});

test.each(REFUSED.map(([title, spec], i) => ({ title, spec, name: `refused-${i}` })))(
  'Flux refuses for ever what a blueprint is refused for: $title ($name)',
  async ({ title, spec, name }) => {
    const row = rows.get(title);
    if (row === undefined) throw new Error('there is no such row');
    const [kind = ''] = title.split(':', 1);

    await scenario.client.apply(object(kind, name, spec()));
    const reasons = await waitFor(`${kind} ${name} is refused for ${row.flux}`, async () => {
      const found = await failuresOf(kind, name);
      if (found.includes(row.flux)) return found;
      throw new Error(JSON.stringify((await scenario.tenant.get(kind, name))['status']));
    });
    expect(reasons).toContain(row.flux);

    const blueprint = scenario.tenant.manifest(inBlueprint(kind, spec()));
    const compiled = compile(blueprint, offlineContext());
    const refused = compiled.ok ? [] : compiled.problems.map(({ rule }) => rule);
    expect(refused).not.toEqual([]);
    expect(refused.filter((rule) => !row.rules.includes(rule))).toEqual([]);
  },
);

test('an expression of an Alert that RE2 refuses is told by an event', async () => {
  const { client, tenant } = scenario;
  const webhook = await scenario.startWebhook();
  await client.apply(object('Provider', 'chat', { type: 'generic', address: webhook.url }));
  const spec = {
    providerRef: { name: 'chat' },
    eventSeverity: 'info',
    eventSources: [sourceRef],
    inclusionList: ['(?=ready)'],
  };
  await client.apply(object('Alert', 'calls', spec));
  await fleet.commit({ 'base/more.yaml': configMapYaml(tenant.namespace, 'more', {}) });
  await requestReconcile(tenant, 'GitRepository', 'fleet');
  await waitFor('the event of the alert is there', async () => {
    const events = await client.list('', 'Event', tenant.namespace);
    return events.some((event) => {
      const { kind, name } = event['involvedObject'] as { kind: string; name: string };
      return kind === 'Alert' && name === 'calls' && event['reason'] === 'InvalidConfig';
    });
  });
});

/**
 * Why an object is not ready, stalled, or could not be fetched: the reasons of its conditions, and of those of the
 * HelmChart that a HelmRelease makes.
 */
async function failuresOf(kind: string, name: string): Promise<string[]> {
  const { tenant, client } = scenario;
  const live = await tenant.get(kind, name);
  const made = kind === 'HelmRelease' ? await client.list(SOURCES, 'HelmChart', tenant.namespace) : [];
  const chart = made.find(({ metadata }) => metadata.name === `${tenant.namespace}-${name}`);
  return [live, ...(chart === undefined ? [] : [chart])].flatMap(reasonsIn);
}

function reasonsIn(object: KubeObject): string[] {
  const { conditions = [] } = (object['status'] ?? {}) as { conditions?: Condition[] };
  return conditions
    .filter(({ type, status }) =>
      type === 'Ready' ? status === 'False' : FAILURES.has(type) && status === 'True',
    )
    .map(({ reason }) => reason);
}

const SOURCES = 'source.toolkit.fluxcd.io';
const FAILURES: ReadonlySet<string> = new Set(['Stalled', 'FetchFailed']);

test('Flux fetches over http with a user in the URL, so that no blueprint is refused for one', async () => {
  const url = fleet.url.replace('://', '://reader:only-for-tests@');
  await scenario.client.apply(
    object('GitRepository', 'with-user', { url, ref: { branch: 'main' }, interval }),
  );
  await waitFor('the repository is fetched', async () => {
    const { status } = await scenario.tenant.get('GitRepository', 'with-user');
    if ((status as { artifact?: object } | undefined)?.artifact !== undefined) return true;
    throw new Error(JSON.stringify(status));
  });
  expect(
    compile(scenario.tenant.manifest({ sources: [{ name: 'same', git: { url } }] }), offlineContext()).ok,
  ).toBe(true);
});
