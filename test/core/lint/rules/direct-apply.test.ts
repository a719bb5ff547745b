import { expect, test } from '@jest/globals';
import { FLEET, findingsOf, observing, reportedBy } from '../linting.ts';

const RULE = 'direct-apply';
const spec = { sources: [FLEET], layers: [{ name: 'apps', kustomization: {} }] };

function managedBy(...managers: string[]): object {
  return {
    observed: observing({ otherManagers: ({ kind }) => (kind === 'Kustomization' ? managers : []) }),
  };
}

test('an object of which another manager owns fields is reported', () => {
  expect(reportedBy(RULE, spec, managedBy('kubectl-edit'))).toEqual(['warning spec.layers[0] apps']);
  const [finding] = findingsOf(spec, managedBy('kubectl-edit', 'helm'));
  expect(finding?.message).toMatch(/Kustomization\/flux-system\/apps has fields that helm, kubectl-edit set/);
  expect(finding?.seenIn).toBe('cluster');
});

test('our own managers are not others', () => {
  expect(reportedBy(RULE, spec, managedBy('fluxblueprint', 'fluxblueprint-status'))).toEqual([]);
  expect(reportedBy(RULE, spec, managedBy())).toEqual([]);
});

test('without a cluster, or one that does not say who manages, nothing is reported', () => {
  expect(reportedBy(RULE, spec)).toEqual([]);
  expect(reportedBy(RULE, spec, { observed: observing() })).toEqual([]);
});

test('the order in which the cluster names managers changes nothing, and five are named', () => {
  const many = ['f', 'e', 'd', 'c', 'b', 'a', 'a'];
  expect(findingsOf(spec, managedBy(...many))).toEqual(findingsOf(spec, managedBy(...many.reverse())));
  expect(findingsOf(spec, managedBy(...many))[0]?.message).toMatch(/that a, b, c, d, e set directly/);
});
