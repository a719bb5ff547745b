import { expect, test } from '@jest/globals';
import type { Deployer } from '../../../../src/core/releases/deployments.ts';
import { findingsOf, observing } from '../linting.ts';

const REF = {
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  kind: 'HelmRelease',
  namespace: 'flux-system',
  name: 'theirs',
};
const SPEC = {
  sources: [{ name: 'charts', helm: { url: 'https://example.com' } }],
  layers: [{ name: 'web', helmRelease: { chart: { spec: { chart: 'web', version: '1.x' } } } }],
};

/** What is found where something of this owner deploys the same. */
function found(owner: Deployer['owner'], policy: object = {}): string[] {
  const observed = observing({ otherDeployer: (_, deployment) => ({ ref: REF, owner, deployment }) });
  return findingsOf({ ...SPEC, policy }, { observed })
    .filter(({ rule }) => rule === 'shared-release')
    .map(({ severity, path, message, seenIn }) => `${severity} ${path} ${seenIn} ${message}`);
}

test('a release that another blueprint has is reported, with the object and its blueprint', () => {
  expect(found({ namespace: 'flux-system', name: 'other' })).toEqual([
    'warning spec.layers[0] cluster web: is the Helm release web stored in namespace flux-system, as HelmRelease/flux-system/theirs of FluxBlueprint flux-system/other is: Flux upgrades one over the other in turns, and may uninstall it when either goes. Give one of them a `releaseName` or `storageNamespace` of its own',
  ]);
});

test('so is one that nobody generated', () => {
  expect(found(undefined)).toEqual([
    expect.stringContaining('as HelmRelease/flux-system/theirs, which no blueprint made, is: Flux'),
  ]);
});

test('an exception hides it, and without a cluster nothing is found and no exception is unused', () => {
  const exceptions = [{ rule: 'shared-release', target: 'web', reason: 'it moves' }];
  expect(found(undefined, { exceptions })).toEqual([]);
  expect(findingsOf({ ...SPEC, policy: { exceptions } })).toEqual([]);
});
