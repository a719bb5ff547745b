import { expect, test } from '@jest/globals';
import { FLEET, reportedBy } from '../linting.ts';

const RULE = 'no-decryption';
const decryption = { provider: 'sops', secretRef: { name: 'sops-age' } };
const sops = { secretRef: { name: 'sops-age' } };

function reported(layers: object[], more: object = {}): string[] {
  return reportedBy(RULE, { sources: [FLEET], layers, ...more });
}

test('with `secrets.sops` every Kustomization decrypts, and there is nothing to report', () => {
  expect(reported([{ name: 'a', kustomization: {} }], { secrets: { sops } })).toEqual([]);
});

test('one that takes it away by `unset` has decided so: it is no more than information', () => {
  const layers = [
    { name: 'a', kustomization: {} },
    { name: 'b', kustomization: {}, unset: ['decryption'] },
  ];
  expect(reported(layers, { secrets: { sops } })).toEqual(['info spec.layers[1] b']);
  expect(reported(layers.slice(1), { environments: [{ name: 'staging', secrets: { sops } }] })).toEqual([
    'info spec.layers[0] b',
  ]);
});

test('without `secrets.sops`, one beside others of the same source that decrypt is reported', () => {
  const layers = [
    { name: 'a', kustomization: { decryption } },
    { name: 'b', kustomization: {} },
  ];
  expect(reported(layers)).toEqual(['warning spec.layers[1] b']);
});

test('one of another source does not count', () => {
  const other = { name: 'b', kustomization: { sourceRef: { kind: 'GitRepository', name: 'other' } } };
  expect(reported([{ name: 'a', kustomization: { decryption } }, other])).toEqual([]);
});

test('a blueprint without SOPS, and HelmReleases, are not reported', () => {
  const chart = { spec: { chart: '../../db' } };
  expect(reported([{ name: 'a', kustomization: {} }])).toEqual([]);
  expect(
    reported([
      { name: 'a', kustomization: { decryption } },
      { name: 'b', helmRelease: { chart } },
    ]),
  ).toEqual([]);
});
