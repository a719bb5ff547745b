import { expect, test } from '@jest/globals';
import { FLEET, toldBy } from '../linting.ts';

const RULE = 'no-decryption';
const decryption = { provider: 'sops', secretRef: { name: 'sops-age' } };
const sops = { secretRef: { name: 'sops-age' } };

function told(layers: object[], more: object = {}): string[] {
  return toldBy(RULE, { sources: [FLEET], layers, ...more });
}

test('with `secrets.sops` every Kustomization decrypts, and there is nothing to tell', () => {
  expect(told([{ name: 'a', kustomization: {} }], { secrets: { sops } })).toEqual([]);
});

test('one that takes it away by `unset` has decided so: it is no more than information', () => {
  const layers = [
    { name: 'a', kustomization: {} },
    { name: 'b', kustomization: {}, unset: ['decryption'] },
  ];
  expect(told(layers, { secrets: { sops } })).toEqual(['info spec.layers[1] b']);
  expect(told(layers.slice(1), { environments: [{ name: 'staging', secrets: { sops } }] })).toEqual([
    'info spec.layers[0] b',
  ]);
});

test('without `secrets.sops`, one beside others of the same source that decrypt is told', () => {
  const layers = [
    { name: 'a', kustomization: { decryption } },
    { name: 'b', kustomization: {} },
  ];
  expect(told(layers)).toEqual(['warning spec.layers[1] b']);
});

test('one of another source is none of its business', () => {
  const other = { name: 'b', kustomization: { sourceRef: { kind: 'GitRepository', name: 'other' } } };
  expect(told([{ name: 'a', kustomization: { decryption } }, other])).toEqual([]);
});

test('a blueprint that knows no SOPS, and HelmReleases, are not judged', () => {
  const chart = { spec: { chart: '../../db' } };
  expect(told([{ name: 'a', kustomization: {} }])).toEqual([]);
  expect(
    told([
      { name: 'a', kustomization: { decryption } },
      { name: 'b', helmRelease: { chart } },
    ]),
  ).toEqual([]);
});
