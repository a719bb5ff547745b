import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { clusterOf } from '../../../src/core/releases/cluster.ts';
import { defaultReleaseName, shortenName } from '../../../src/core/releases/release-name.ts';
import { releaseKey, releaseOf } from '../../../src/core/releases/release.ts';

test('a name of 53 characters stays, and a longer one is shortened as helm-controller shortens it', () => {
  for (let length = 1; length <= 120; length++) {
    const name = 'abcdefghij'.repeat(12).slice(0, length);
    const digest = createHash('sha256').update(name).digest('hex').slice(0, 12);
    expect(shortenName(name)).toBe(length <= 53 ? name : `${name.slice(0, 40)}-${digest}`);
  }
});

test('a release that nobody named has the target namespace before the name of its HelmRelease', () => {
  expect(defaultReleaseName({}, 'web')).toBe('web');
  expect(defaultReleaseName({ targetNamespace: '' }, 'web')).toBe('web');
  expect(defaultReleaseName({ targetNamespace: 'shop' }, 'web')).toBe('shop-web');
});

test('a cluster is the Secret or ConfigMap of its kubeconfig, in the namespace of the object', () => {
  const secret = (ref: object): string =>
    clusterOf({ kubeConfig: { secretRef: ref } } as Parameters<typeof clusterOf>[0], 'ns');
  expect(clusterOf({}, 'ns')).toBe('');
  expect(secret({ name: 'far' })).toBe(secret({ name: 'far', key: 'value' }));
  expect(secret({ name: 'far' })).not.toBe(secret({ name: 'far', key: 'other' }));
  const configMap = { kubeConfig: { configMapRef: { name: 'far' } } };
  expect(secret({ name: 'far' })).not.toBe(clusterOf(configMap, 'ns'));
  expect(clusterOf(configMap, 'ns')).not.toBe(clusterOf(configMap, 'other'));
});

test('a release is stored beside its HelmRelease unless the spec names another namespace', () => {
  const web = { name: 'web', namespace: 'ns' };
  expect(releaseOf({ targetNamespace: 'shop' }, web)).toEqual({
    cluster: '',
    storageNamespace: 'ns',
    name: 'shop-web',
  });
  const same = { releaseName: 'shop-web', storageNamespace: 'ns' };
  expect(releaseKey(releaseOf(same, { name: 'x', namespace: 'y' }))).toBe(
    releaseKey(releaseOf({ targetNamespace: 'shop' }, web)),
  );
});
