import { expect, test } from '@jest/globals';
import { FLEET, findingsOf, observing, reportedBy } from '../linting.ts';

const RULE = 'two-managers';
const spec = { sources: [FLEET], layers: [{ name: 'apps', kustomization: {} }] };

function applied(kind: string, place?: string): object {
  const parent = { kind, namespace: 'flux-system', name: 'root' };
  return {
    observed: observing({ parent: (ref) => (ref.kind === 'Kustomization' ? { parent, place } : undefined) }),
  };
}

test('an object that a parent applies too is reported, with where the parent has it from and what to do', () => {
  expect(reportedBy(RULE, spec, applied('Kustomization'))).toEqual(['warning spec.layers[0] apps']);
  const [finding] = findingsOf(spec, applied('Kustomization', ' (path ./apps of GitRepository fleet)'));
  expect(finding?.message).toContain(
    'Kustomization/flux-system/apps is applied by Kustomization flux-system/root (path ./apps of GitRepository fleet) too: each puts its own back, the blueprint once a minute at most: remove its file from the path of that Kustomization',
  );
  expect(finding?.seenIn).toBe('cluster');
});

test.each([
  ['Helm release', /helm\.sh\/resource-policy: keep/],
  ['ResourceSet', /from the `resources` of that ResourceSet/],
  ['field manager', /from what that manager applies/],
])('what to do depends on the parent: %s', (kind, remedy) => {
  expect(findingsOf(spec, applied(kind))[0]?.message).toMatch(remedy);
});

test('without a cluster, or where nobody else applies it, nothing is reported', () => {
  expect(reportedBy(RULE, spec)).toEqual([]);
  expect(reportedBy(RULE, spec, { observed: observing() })).toEqual([]);
});
