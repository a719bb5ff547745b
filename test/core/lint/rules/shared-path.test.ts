import { expect, test } from '@jest/globals';
import { deploymentOf } from '../../../../src/core/releases/deployment.ts';
import { FLEET, findingsOf, observing, reportedBy } from '../linting.ts';

const RULE = 'shared-path';

const RENAME = '[{"op": "replace", "path": "/metadata/name", "value": "b"}]';

/** Two layers, of which the second has these fields. */
function spec(second: object, fields: object = {}, more: object = {}): object {
  const first = { name: 'a', path: './apps', kustomization: {} };
  return {
    sources: [FLEET],
    layers: [first, { name: 'b', path: 'apps/', dependsOn: ['a'], ...fields, kustomization: second }],
    ...more,
  };
}

test('two Kustomizations of one path, source and target on one cluster are reported, with both paths', () => {
  const found = findingsOf(spec({})).filter(({ rule }) => rule === RULE);
  expect(found.map(({ path, message }) => `${path} ${message}`)).toEqual([
    'spec.layers[1] b: deploys the same path of the same source to the same place as a (spec.layers[0]), so that each writes over the other and the deletion of one deletes what both deploy: give one of them another `path`, `targetNamespace`, `namePrefix` or cluster',
  ]);
});

test.each([
  ['patches', { patches: [{ patch: 'metadata: {name: x, labels: {tier: b}}' }] }],
  ['images', { images: [{ name: 'web', newTag: 'b' }] }],
  ['other options', { prune: false, force: true, interval: '1h' }],
])('%s make nothing else of it: Flux applies the objects under the same names', (_, second) => {
  expect(reportedBy(RULE, spec(second))).toEqual(['warning spec.layers[1] b']);
});

test('where only the variables differ it is a hint, because names may be made of them', () => {
  const other = { postBuild: { substitute: { NAME: 'b' } } };
  const found = findingsOf(spec(other)).filter(({ rule }) => rule === RULE);
  expect(found.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
    'info b: deploys the same path of the same source to the same place as a (spec.layers[0]) with other variables: where these make no other names or namespaces, each writes over the other and the deletion of one deletes what both deploy; then give one of them another `path`, `targetNamespace`, `namePrefix` or cluster',
  ]);
});

test('one with the same variables is named rather than one with others', () => {
  const base = spec({ postBuild: { substitute: { NAME: 'b' } } }) as { layers: object[] };
  const third = { name: 'c', path: 'apps', dependsOn: ['a'] };
  const layers = [...base.layers, { ...third, kustomization: { postBuild: { substitute: { NAME: 'b' } } } }];
  const found = findingsOf({ ...base, layers }).filter(({ path }) => path === 'spec.layers[2]');
  expect(found.map(({ severity, message }) => [severity, message.includes('as b (spec.layers[1])')])).toEqual(
    [['warning', true]],
  );
});

test.each([
  ['path', {}, { path: './other' }],
  ['target', { targetNamespace: 'b' }, {}],
  ['cluster', { kubeConfig: { secretRef: { name: 'far' } } }, {}],
  ['prefix', { namePrefix: 'b-' }, {}],
  ['suffix', { nameSuffix: '-b' }, {}],
  ['component', { components: ['../b'] }, {}],
  ['name by a JSON patch', { patches: [{ patch: RENAME, target: { kind: 'Deployment' } }] }, {}],
  ['set of objects by a patch', { patches: [{ patch: 'kind: ConfigMap\n$patch: delete' }] }, {}],
])('another %s makes another thing of it', (_, second, fields) => {
  expect(reportedBy(RULE, spec(second, fields))).toEqual([]);
});

test('ways to one folder are one path, as Flux reads them', () => {
  for (const path of ['./apps/../apps', '/apps', '../apps'])
    expect(reportedBy(RULE, spec({}, { path }))).toHaveLength(1);
});

test('one of another blueprint of the namespace is reported with its name, and refuses nothing', () => {
  const ref = { apiVersion: 'v1', kind: 'Kustomization', namespace: 'flux-system', name: 'theirs' };
  const owner = { namespace: 'flux-system', name: 'other' };
  const one = { sources: [FLEET], layers: [{ name: 'a', kustomization: {} }] };
  const observed = observing({ otherDeployer: (_, deployment) => ({ ref, owner, deployment }) });
  const [found] = findingsOf(one, { observed }).filter(({ rule }) => rule === RULE);
  expect(found).toMatchObject({ severity: 'warning', path: 'spec.layers[0]', seenIn: 'cluster' });
  expect(found?.message).toContain(
    'as Kustomization/flux-system/theirs of FluxBlueprint flux-system/other, so that',
  );
});

test('a kind of the same name and another group is no Kustomization of Flux', () => {
  const object = { apiVersion: 'kustomize.config.k8s.io/v1', kind: 'Kustomization' };
  expect(deploymentOf({ ...object, metadata: { name: 'a' }, spec: { path: './a' } })).toBeUndefined();
});

test('environments that deploy one path to one place are reported', () => {
  const layers = [{ name: 'a', kustomization: {} }];
  const both = { sources: [FLEET], layers, environments: [{ name: 'x' }, { name: 'y' }] };
  expect(reportedBy(RULE, both)).toEqual(['warning spec.layers[0] a']);
  const apart = [{ name: 'x' }, { name: 'y', kubeConfig: { secretRef: { name: 'y' } } }];
  expect(reportedBy(RULE, { ...both, environments: apart })).toEqual([]);
});
