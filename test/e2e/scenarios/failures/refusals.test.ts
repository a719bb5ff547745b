import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import type { Condition } from '../../../../src/api/schema/status.ts';
import { compile } from '../../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../../src/core/compile/model/context.ts';
import type { GitRepository } from '../../../harness/flux/servers/git-repository.ts';
import { describeChart } from '../../../harness/flux/servers/chart.ts';
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
  await client.apply(secret(tenant.namespace, 'token', { token: 'only-for-tests', identity: 'none' }));
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

/**
 * Specs that their schemas allow, each by the row of `docs/flux-refusals.md` that it belongs to. None needs a network.
 */
const REFUSED: readonly [row: string, spec: object][] = [
  [
    'GitRepository: a URL that Go cannot parse, e.g. `ssh://host:org/repo`',
    { interval, secretRef, url: 'ssh://git@git.example.com:team/app.git' },
  ],
  [
    'GitRepository: provider github without a Secret',
    { interval, provider: 'github', url: 'https://git.example.com/team/app' },
  ],
  [
    'OCIRepository: a tag or digest in the URL, or no name of a repository',
    { interval, url: 'oci://registry.example.com/team/app:1.0.0' },
  ],
  [
    'HelmRepository: `oci://` without `type: oci`, and the reverse',
    { interval, url: 'oci://example.com/charts' },
  ],
  [
    'Bucket: an endpoint with a scheme or a path (generic, aws)',
    { interval, bucketName: 'store', endpoint: 'https://store.example.com/path' },
  ],
  [
    'Kustomization: CEL that does not parse in `healthCheckExprs` or `readyExpr`',
    {
      ...kustomization,
      healthCheckExprs: [
        { apiVersion: 'example.com/v1', kind: 'Database', current: "status.phase == 'Up' &&" },
      ],
    },
  ],
  [
    'Kustomization: a JSON patch without a target, a target that is no RE2',
    { ...kustomization, patches: [{ patch: '- op: remove\n  path: /data\n' }] },
  ],
  [
    'Kustomization: a name in `postBuild.substitute` that is none of a variable',
    { ...kustomization, postBuild: { substitute: { 'a.name': 'b' } } },
  ],
  [
    'Kustomization: `targetNamespace` or `commonMetadata` that no object can have',
    { ...kustomization, commonMetadata: { labels: { team: 'one two' } } },
  ],
  [
    'HelmRelease: a name of a release that Helm refuses',
    { interval, releaseName: 'Web_App', chart: { spec: { chart: './chart', sourceRef } } },
  ],
  [
    'Receiver: `resourceFilter` or `filter` that does not compile',
    { type: 'generic', secretRef, resources, resourceFilter: 'request.ref == res.metadata.name' },
  ],
];

const rows = new Map(readRefusals().map((row) => [row.title, row]));

test.each(REFUSED)('Flux refuses for ever what a blueprint is refused for: %s', async (title, spec) => {
  const row = rows.get(title);
  if (row === undefined) throw new Error('there is no such row');
  const [kind = ''] = title.split(':', 1);
  const name = `refused-${REFUSED.findIndex(([one]) => one === title)}`;

  await scenario.client.apply(object(kind, name, spec));
  const reasons = await waitFor(`${kind} ${name} is refused for ${row.flux}`, async () => {
    const found = await failuresOf(kind, name);
    if (found.includes(row.flux)) return found;
    throw new Error(JSON.stringify((await scenario.tenant.get(kind, name))['status']));
  });
  expect(reasons).toContain(row.flux);

  const blueprint = scenario.tenant.manifest(inBlueprint(kind, spec));
  const compiled = compile(blueprint, offlineContext());
  const refused = compiled.ok ? [] : compiled.problems.map(({ rule }) => rule);
  expect(refused).not.toEqual([]);
  expect(refused.filter((rule) => !row.rules.includes(rule))).toEqual([]);
});

/** Why an object is not ready, stalled, or could not be fetched: the reasons of its conditions. */
async function failuresOf(kind: string, name: string): Promise<string[]> {
  const { conditions = [] } = ((await scenario.tenant.get(kind, name))['status'] ?? {}) as {
    conditions?: Condition[];
  };
  return conditions
    .filter(({ type, status }) =>
      type === 'Ready' ? status === 'False' : type === 'Stalled' && status === 'True',
    )
    .map(({ reason }) => reason);
}

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
