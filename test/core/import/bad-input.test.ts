import { expect, test } from '@jest/globals';
import { importFiles, objectText } from './repositories.ts';

const good = objectText('HelmRepository', 'good', '{interval: 30m, url: "https://charts.example.com"}');

/** What is said of files that come beside a good one, each as `file:line: what: reason`. */
function skippedOf(files: Readonly<Record<string, string>>): string[] {
  const imported = importFiles({ ...files, 'good.yaml': good });
  expect(imported.blueprints.flatMap(({ entries }) => entries.map(({ name }) => name))).toContain('good');
  return imported.skipped.map(({ file, line, what, reason }) => `${file}:${line}: ${what}: ${reason}`);
}

test.each<[string, string, RegExp]>([
  [
    'broken YAML',
    `# one\n${good}apiVersion: source.toolkit.fluxcd.io/v1\nkind: {a: [b\nx: y\n`,
    /^a\.yaml:\d+: a\.yaml: is no YAML: /,
  ],
  [
    'a template',
    'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n{{- if .Values.on }}\nspec: {}\n{{- end }}\n',
    /^a\.yaml:3: a\.yaml: is a template/,
  ],
  [
    'a name with a template',
    'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: "{{ name }}"}\n',
    /^a\.yaml:1: HelmRelease \{\{ name \}\}: is a template/,
  ],
  [
    'a file of SOPS',
    'apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: x}\nsops:\n  mac: x\n',
    /is encrypted by SOPS, and is not opened$/,
  ],
  [
    'an object without a name',
    'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {generateName: x-}\n',
    /^a\.yaml:1: HelmRelease: has no `metadata.name`$/,
  ],
  [
    'a variable in a name',
    objectText('HelmRepository', '"${APP}-charts"', '{url: "https://charts.example.com"}'),
    /^a\.yaml:1: HelmRepository flux-system\/\$\{APP\}-charts: .*lower-case letters/,
  ],
  [
    'a finalizer',
    good.replace('name: good', 'name: held, finalizers: [x]'),
    /has `metadata.finalizers`, which no blueprint can say$/,
  ],
  [
    'a field beside the spec',
    `${good.slice(0, -4)}data: {}\n`.replace('name: good', 'name: odd'),
    /has `data` beside its spec/,
  ],
  [
    'a label that is no text',
    good.replace('name: good', 'name: bad, labels: {a: 1}'),
    /is no text, which Kubernetes refuses/,
  ],
  ['a spec that is no map', objectText('HelmRepository', 'list', '[]'), /has a `spec` that is no map$/],
])('%s is told with file and line, and the rest goes on', (_, text, expected) => {
  expect(skippedOf({ 'a.yaml': text }).join('\n')).toMatch(expected);
});

test('a duplicate is told with where the first stands', () => {
  expect(skippedOf({ 'b.yaml': good })).toEqual([
    'good.yaml:1: HelmRepository flux-system/good: is the same as b.yaml, line 1, which was taken',
  ]);
});

test('a chart in the repository is no object', () => {
  expect(skippedOf({ 'chart/Chart.yaml': 'name: x\n', 'chart/templates/a.yaml': good })).toEqual([
    'chart/templates/a.yaml:1: chart/templates/a.yaml: is a template of a Helm chart',
  ]);
});

test('a patch of kustomize is no object', () => {
  expect(
    skippedOf({ 'x/kustomization.yaml': 'patches: [{path: patch.yaml}]\n', 'x/patch.yaml': good }),
  ).toEqual([]);
});

test('old versions are raised, with the fields that were renamed', () => {
  const text = objectText(
    'HelmRelease',
    'old',
    '{interval: 5m, chart: {spec: {chart: c, valuesFile: a.yaml, sourceRef: {kind: HelmRepository, name: good}}}}',
  ).replace('/v2', '/v2beta1');
  const imported = importFiles({ 'a.yaml': text, 'good.yaml': good });
  expect(imported.notes.map(({ message }) => message)).toEqual([
    'HelmRelease flux-system/old is written as helm.toolkit.fluxcd.io/v2beta1, which is no longer served: taken as v2',
    'HelmRelease flux-system/old: `valuesFile` is now `valuesFiles`',
  ]);
  expect(imported.blueprints[0]?.text).toContain('valuesFiles: [a.yaml]');
});

test.each([
  '',
  '---\n---\n',
  '\u0000',
  '- fluxcd.io',
  'fluxcd.io',
  '{"fluxcd.io"',
  '&a [*a] # fluxcd.io',
  'kind: List\nitems: [1] # fluxcd.io',
])('a file that holds %j does no harm', (text) => {
  expect(() => skippedOf({ 'a.yaml': text, 'kustomization.yaml': text })).not.toThrow();
});
