import { expect, test } from '@jest/globals';
import { FLEET, reportedBy } from '../linting.ts';

const RULE = 'wrong-dependency';
const CHART = { chart: { spec: { chart: './charts/db' } } };

function depending(...dependsOn: object[]): object {
  return {
    sources: [FLEET],
    layers: [
      { name: 'db', helmRelease: CHART },
      { name: 'apps', kustomization: { dependsOn } },
    ],
  };
}

test("Flux's own dependsOn on an object of the other kind is found", () => {
  expect(reportedBy(RULE, depending({ name: 'db' }))).toEqual([
    'error spec.layers[1].kustomization.dependsOn[0].name apps',
  ]);
});

test.each<[string, object]>([
  ['of another namespace', { name: 'db', namespace: 'data' }],
  ['that this blueprint does not make', { name: 'base' }],
])('a name %s may be there', (_, entry) => {
  expect(reportedBy(RULE, depending(entry))).toEqual([]);
});

test('a name that objects of both kinds have is right', () => {
  const spec = {
    sources: [FLEET],
    layers: [
      { name: 'db', helmRelease: CHART },
      { name: 'data', objectName: 'db', kustomization: {} },
      { name: 'apps', kustomization: { dependsOn: [{ name: 'db' }] } },
    ],
  };
  expect(reportedBy(RULE, spec)).toEqual([]);
});
