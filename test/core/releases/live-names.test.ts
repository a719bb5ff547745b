import { expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/api/object.ts';
import { findLiveNames } from '../../../src/core/releases/live-names.ts';

const REMOTE = { kubeConfig: { secretRef: { name: 'far' } } };

function live(name: string, spec: unknown, apiVersion = 'helm.toolkit.fluxcd.io/v2'): KubeObject {
  return { apiVersion, kind: 'HelmRelease', metadata: { name, namespace: 'ns' }, spec };
}

test('the names of releases on remote clusters are read as Flux makes them', () => {
  const found = findLiveNames([
    live('named', { ...REMOTE, releaseName: 'plain' }),
    live('plain', REMOTE),
    live('target', { ...REMOTE, targetNamespace: 'shop' }),
  ]);
  expect([...found]).toEqual([
    ['ns/named', 'plain'],
    ['ns/plain', 'plain'],
    ['ns/target', 'shop-target'],
  ]);
});

test('those on the cluster of their HelmRelease, and objects of other kinds, are passed over', () => {
  const others = [
    live('here', { releaseName: 'here' }),
    live('empty', undefined),
    live('other', REMOTE, 'example.com/v1'),
    { ...live('layer', REMOTE), kind: 'Kustomization' },
  ];
  expect([...findLiveNames(others)]).toEqual([]);
});
