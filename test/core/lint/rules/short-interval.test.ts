import { expect, test } from '@jest/globals';
import { parseDuration } from '../../../../src/core/values/duration.ts';
import { findingsOf, reportedBy } from '../linting.ts';

const RULE = 'short-interval';
const url = 'https://example.com/x';

test.each([
  ['git', { url, ref: { branch: 'main' } }, '10m'],
  ['oci', { url: 'oci://example.com/x', ref: { tag: '1.0.0' } }, '10m'],
  ['helm', { url }, '30m'],
  ['bucket', { bucketName: 'b', endpoint: 'example.com' }, '10m'],
])('the guideline of a %s source applies to it', (block, fields, guideline) => {
  const withInterval = (interval?: string): unknown => ({
    sources: [{ name: 'fleet', [block]: { ...fields, ...(interval === undefined ? {} : { interval }) } }],
  });
  expect(reportedBy(RULE, withInterval())).toEqual([]);
  expect(reportedBy(RULE, withInterval(guideline))).toEqual([]);
  expect(reportedBy(RULE, withInterval('24h'))).toEqual([]);
  expect(reportedBy(RULE, withInterval('9m59s'))).toEqual([
    `warning spec.sources[0].${block}.interval sources/fleet`,
  ]);
  expect(reportedBy(RULE, withInterval(guideline.replace('0m', '0m0.5s')))).toEqual([]);
});

test('the guideline for a Kustomization is 10m, and for a HelmRelease 15m', () => {
  const spec = {
    sources: [
      { name: 'fleet', git: { url, ref: { branch: 'main' } } },
      { name: 'charts', helm: { url } },
    ],
    layers: [
      { name: 'web', source: 'fleet', kustomization: { interval: '5m' } },
      {
        name: 'db',
        source: 'charts',
        helmRelease: { interval: '14m59s', chart: { spec: { chart: 'db', version: '1.x' } } },
      },
    ],
  };
  expect(reportedBy(RULE, spec)).toEqual([
    'warning spec.layers[0].kustomization.interval web',
    'warning spec.layers[1].helmRelease.interval db',
  ]);
});

test('an interval that many objects inherit is reported once, where it was written', () => {
  const layers = ['a', 'b', 'c'].map((name) => ({ name, kustomization: {} }));
  const sources = [{ name: 'fleet', git: { url, ref: { branch: 'main' } } }];
  const defaults = { kustomization: { interval: '1m' } };
  expect(reportedBy(RULE, { sources, layers, defaults })).toEqual([
    'warning spec.defaults.kustomization.interval defaults',
  ]);
  const inLayer = { name: 'apps', defaults, components: layers };
  expect(reportedBy(RULE, { sources, layers: [inLayer] })).toEqual([
    'warning spec.layers[0].defaults.kustomization.interval apps',
  ]);
});

test('an interval of an environment is reported at its item', () => {
  const spec = {
    sources: [{ name: 'fleet', git: { url, ref: { branch: 'main' } } }],
    layers: [{ name: 'apps', kustomization: {} }],
    environments: [
      { name: 'staging', layers: [{ name: 'apps', kustomization: { interval: '1m' } }] },
      { name: 'production', defaults: { kustomization: { interval: '2m' } } },
    ],
  };
  expect(reportedBy(RULE, spec)).toEqual([
    'warning spec.environments[0].layers[0].kustomization.interval apps',
    'warning spec.environments[1].defaults.kustomization.interval environments/production',
  ]);
});

test('a HelmRepository of type oci has an interval that Flux ignores', () => {
  const helm = { url: 'oci://example.com/charts', type: 'oci', interval: '1m' };
  expect(reportedBy(RULE, { sources: [{ name: 'charts', helm }] })).toEqual([]);
});

test('the message says the target, what is wrong and what to do', () => {
  const [finding] = findingsOf({
    sources: [{ name: 'fleet', git: { url, interval: '30s', ref: { branch: 'main' } } }],
  });
  expect(finding?.message).toMatch(/^sources\/fleet: an interval of 30s is under the guideline of 10m/);
  expect(finding?.message).toMatch(/raise it to 10m/);
});

test.each([
  ['1h30m', 5_400_000],
  ['0.5s', 500],
  ['1m1ms', 60_001],
  ['10', undefined],
  ['', undefined],
  ['m', undefined],
  [5, undefined],
])('the duration %p has %p milliseconds', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});
