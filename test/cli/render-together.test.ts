import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Program, itemsOf } from './program.ts';

let program: Program;

beforeAll(async () => {
  program = await Program.bundle();
});

afterAll(() => program.remove());

/** A blueprint of one layer, whose objects have the same names as those of any other. */
function shared(name: string, namespace: string, more = ''): string {
  return `apiVersion: fluxblueprint.io/v1beta1
kind: FluxBlueprint
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  sources: [{name: fleet, git: {url: https://example.com/fleet.git, ref: {branch: main}}}]
  layers: [{name: apps, kustomization: {}${more}}]
`;
}

test('an object that two blueprints make is an error that names both, and nothing is printed', async () => {
  const { code, stdout, stderr } = await program.run(
    ['render', '-'],
    `${shared('one', 'a')}---\n${shared('two', 'a')}`,
  );
  expect([code, stdout]).toEqual([1, '']);
  const errors = stderr.split('\n').filter((line) => line.startsWith('error: '));
  expect(errors).toEqual([
    'error: standard input: FluxBlueprint two: spec.layers[0]: apps is Kustomization/a/apps, which FluxBlueprint a/one makes too, as apps (spec.layers[0]): the operator leaves an object to the blueprint that made it first, and refuses the other; give one of them an `objectName` or another namespace',
    'error: standard input: FluxBlueprint two: spec.sources[0]: sources/fleet is GitRepository/a/fleet, which FluxBlueprint a/one makes too, as sources/fleet (spec.sources[0]): the operator leaves an object to the blueprint that made it first, and refuses the other; name it by `sourceRef` in one of them, or give one of them an `objectName`',
  ]);
});

test('objects of one name in two namespaces are two', async () => {
  const { code } = await program.run(['render', '-'], `${shared('one', 'a')}---\n${shared('two', 'b')}`);
  expect(code).toBe(0);
});

test('two blueprints of one input that deploy the same are warned of', async () => {
  const objectName = ', objectName: theirs';
  const two = shared('two', 'a', objectName).replace(
    '{name: fleet, git',
    '{name: fleet, objectName: other, git',
  );
  const one = shared('one', 'a');
  const same = two.replace(
    /sources: .*/,
    'sources: [{name: fleet, sourceRef: {kind: GitRepository, name: fleet}}]',
  );
  const apart = await program.run(['render', '-'], `${one}---\n${two}`);
  expect([apart.code, apart.stderr]).toEqual([0, '']);
  const { code, stderr } = await program.run(['render', '-'], `${one}---\n${same}`);
  expect(code).toBe(0);
  expect(stderr.split('\n').map((line) => line.split(', so that')[0])).toEqual([
    'warning: standard input: FluxBlueprint one: spec.layers[0]: apps: deploys the same path of the same source to the same place as Kustomization/a/theirs of FluxBlueprint a/two',
    'warning: standard input: FluxBlueprint two: spec.layers[0]: apps: deploys the same path of the same source to the same place as Kustomization/a/apps of FluxBlueprint a/one',
    '',
  ]);
});

const CHART = `apiVersion: fluxblueprint.io/v1beta1
kind: FluxBlueprint
metadata: {name: demo, namespace: ns}
spec:
  sources: [{name: charts, helm: {url: https://example.com}}]
  layers: [{name: web, helmRelease: {chart: {spec: {chart: web, version: 1.x}}}}]
  environments:
    - {name: east, kubeConfig: {secretRef: {name: far}}}
    - {name: west, kubeConfig: {secretRef: {name: far}}}
`;

/** What \`kubectl get -o json\` prints of a HelmRelease on the remote cluster. */
const liveRelease = (name: string, releaseName: string, labels: object = {}): object => ({
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  kind: 'HelmRelease',
  metadata: { name, namespace: 'ns', labels },
  spec: { kubeConfig: { secretRef: { name: 'far' } }, releaseName },
});

const OURS = {
  'app.kubernetes.io/managed-by': 'fluxblueprint',
  'fluxblueprint.io/name': 'demo',
  'fluxblueprint.io/namespace': 'ns',
};

function releaseNames(stdout: string): unknown[] {
  return itemsOf(stdout)
    .filter(({ kind }) => kind === 'HelmRelease')
    .map(({ metadata, spec }) => [metadata.name, (spec as { releaseName?: string }).releaseName]);
}

test('with --live releases keep their names, and what would be renamed or is shared is told before it happens', async () => {
  const live = await program.write(
    'live.json',
    JSON.stringify({
      kind: 'List',
      items: [
        liveRelease('web-east', 'web', OURS),
        liveRelease('web-west', 'written-before', OURS),
        liveRelease('by-hand', 'web-west'),
        { kind: 'Nonsense' },
      ],
    }),
  );
  const alone = await program.run(['render', '-', '-o', 'json'], CHART);
  expect(releaseNames(alone.stdout)).toEqual([
    ['web-east', undefined],
    ['web-west', undefined],
  ]);
  const { code, stdout, stderr } = await program.run(['render', '-', '-o', 'json', '--live', live], CHART);
  expect(code).toBe(0);
  expect(releaseNames(stdout)).toEqual([
    ['web-east', 'web'],
    ['web-west', undefined],
  ]);
  expect(stderr).toContain(
    'web: was the Helm release written-before stored in namespace ns on the cluster of Secret ns/far (value), and becomes the Helm release web-west stored',
  );
  expect(stderr).toContain('as HelmRelease/ns/by-hand, which no blueprint made, is');
});

test.each([
  ['is no JSON', 'items: []\n'],
  ['holds no object', '{"items": [1, {}]}'],
  ['is nested without end', '['.repeat(200_000)],
])('a file of live objects that %s is an error that says how to write one', async (_, content) => {
  const live = await program.write('wrong.json', content);
  const { code, stdout, stderr } = await program.run(['render', '-', '--live', live], CHART);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toBe(
    `error: ${live} holds no live objects as JSON: write it with \`kubectl get helmreleases,kustomizations -A -o json\`\n`,
  );
});
