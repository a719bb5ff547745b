import { expect, test } from '@jest/globals';
import { liveObject } from '../../live.ts';
import { findingsOf, observing } from '../linting.ts';

/** What is found where the HelmRelease `web` is live with one spec, and desired with another. */
function found(live: object, desired: object): string[] {
  const spec = {
    sources: [{ name: 'charts', helm: { url: 'https://example.com' } }],
    layers: [{ name: 'web', helmRelease: { chart: { spec: { chart: 'web', version: '1.x' } }, ...desired } }],
  };
  const observed = observing({
    live: ({ kind }) => (kind === 'HelmRelease' ? liveObject({ kind, spec: live }) : undefined),
  });
  return findingsOf(spec, { observed })
    .filter(({ rule }) => rule === 'renamed-release')
    .map(({ severity, path, message }) => `${severity} ${path} ${message}`);
}

test('a release that becomes another one is reported, with what it was and what it becomes', () => {
  expect(found({}, { targetNamespace: 'shop' })).toEqual([
    'warning spec.layers[0] web: was the Helm release web stored in namespace flux-system, and becomes the Helm release shop-web stored in namespace flux-system: Flux uninstalls the first and installs the second. To keep it, say its `releaseName` and `storageNamespace`, and leave its `kubeConfig` as it was',
  ]);
  expect(found({}, { storageNamespace: 'kept' })).toHaveLength(1);
  expect(found({}, { kubeConfig: { secretRef: { name: 'far' } } })).toHaveLength(1);
  expect(found({ releaseName: 'old' }, {})).toHaveLength(1);
});

test('one that stays what it was is not', () => {
  expect(found({}, { releaseName: 'web' })).toEqual([]);
  expect(found({ targetNamespace: 'shop' }, { releaseName: 'shop-web' })).toEqual([]);
  expect(found({}, { interval: '1h' })).toEqual([]);
});
