import { expect, test } from '@jest/globals';
import { FLEET, findingsOf, reportedBy } from '../linting.ts';

const RULE = 'shared-path';

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
    'spec.layers[1] b: deploys the same path of the same source to the same place as a (spec.layers[0]), so that each writes over the other and the deletion of one deletes what both deploy: give one of them another `path`, `targetNamespace` or cluster',
  ]);
});

test.each([
  ['path', {}, { path: './other' }],
  ['target', { targetNamespace: 'b' }, {}],
  ['cluster', { kubeConfig: { secretRef: { name: 'far' } } }, {}],
  ['variables', { postBuild: { substitute: { NAME: 'b' } } }, {}],
  ['names', { nameSuffix: '-b' }, {}],
])('another %s makes another thing of it', (_, second, fields) => {
  expect(reportedBy(RULE, spec(second, fields))).toEqual([]);
});

test('ways to one folder are one path, as Flux reads them', () => {
  for (const path of ['./apps/../apps', '/apps', '../apps'])
    expect(reportedBy(RULE, spec({}, { path }))).toHaveLength(1);
});

test('environments that deploy one path to one place are reported', () => {
  const layers = [{ name: 'a', kustomization: {} }];
  const both = { sources: [FLEET], layers, environments: [{ name: 'x' }, { name: 'y' }] };
  expect(reportedBy(RULE, both)).toEqual(['warning spec.layers[0] a']);
  const apart = [{ name: 'x' }, { name: 'y', kubeConfig: { secretRef: { name: 'y' } } }];
  expect(reportedBy(RULE, { ...both, environments: apart })).toEqual([]);
});
