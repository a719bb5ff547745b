import { expect, test } from '@jest/globals';
import { FLEET, reportedBy } from '../linting.ts';

const RULE = 'mutable-ref';
const url = 'https://example.com/x';

test.each<[object | undefined, string[]]>([
  [undefined, ['warning spec.sources[0].oci.ref sources/x']],
  [{}, ['warning spec.sources[0].oci.ref sources/x']],
  [{ tag: 'latest' }, ['warning spec.sources[0].oci.ref.tag sources/x']],
  [{ semver: '*' }, ['warning spec.sources[0].oci.ref.semver sources/x']],
  [{ semver: '>=0.0.0-0' }, ['warning spec.sources[0].oci.ref.semver sources/x']],
  [{ tag: '1.2.3' }, []],
  [{ tag: 'stable' }, []],
  [{ semver: '1.x' }, []],
  [{ tag: 'latest', semver: '1.x' }, []],
  [{ tag: 'latest', digest: `sha256:${'0'.repeat(64)}` }, []],
])('for an OCI artifact with the ref %j it reports %j', (ref, reported) => {
  const oci = { url: 'oci://example.com/x', ...(ref === undefined ? {} : { ref }) };
  expect(reportedBy(RULE, { sources: [{ name: 'x', oci }] })).toEqual(reported);
});

test.each<[object | undefined, string[]]>([
  [undefined, ['info spec.sources[0].git.ref sources/x']],
  [{}, ['info spec.sources[0].git.ref sources/x']],
  [{ branch: 'main' }, []],
  [{ tag: 'v1' }, []],
  [{ commit: 'abc' }, []],
  [{ name: 'refs/heads/main' }, []],
])('for a Git repository with the ref %j it reports %j', (ref, reported) => {
  const git = { url, ...(ref === undefined ? {} : { ref }) };
  expect(reportedBy(RULE, { sources: [{ name: 'x', git }] })).toEqual(reported);
});

const AT = 'spec.layers[0].helmRelease.chart.spec.version';

test.each<[string | undefined, string[]]>([
  [undefined, [`warning ${AT} db`]],
  ['*', [`warning ${AT} db`]],
  ['x', [`warning ${AT} db`]],
  ['*.*.*', [`warning ${AT} db`]],
  ['>=0', [`warning ${AT} db`]],
  ['>= 0.0.0', [`warning ${AT} db`]],
  ['9.x', []],
  ['>=1.0.0 <2.0.0', []],
  ['1.2.3', []],
])('for a chart of version %p it reports %j', (version, reported) => {
  const chart = { spec: { chart: 'db', ...(version === undefined ? {} : { version }) } };
  const sources = [{ name: 'charts', helm: { url } }];
  expect(reportedBy(RULE, { sources, layers: [{ name: 'db', helmRelease: { chart } }] })).toEqual(reported);
});

test('the version of a chart from Git is what was checked out, whatever it says', () => {
  const chart = { spec: { chart: '../../charts/db' } };
  expect(reportedBy(RULE, { sources: [FLEET], layers: [{ name: 'db', helmRelease: { chart } }] })).toEqual(
    [],
  );
});

test('a chart in an OCI artifact is assessed by its ref, at the component that has it in place', () => {
  const oci = { url: 'oci://example.com/charts/db', ref: { tag: 'latest' } };
  const layers = [{ name: 'apps', components: [{ name: 'db', oci, helmRelease: {} }] }];
  expect(reportedBy(RULE, { layers })).toEqual(['warning spec.layers[0].components[0].oci.ref.tag apps/db']);
});

test('an existing source is not assessed', () => {
  const sources = [{ name: 'x', sourceRef: { kind: 'OCIRepository', name: 'x' } }];
  expect(reportedBy(RULE, { sources, layers: [{ name: 'a', kustomization: {} }] })).toEqual([]);
});
