import { expect, test } from '@jest/globals';
import { FLEET, reportedBy } from '../linting.ts';

const RULE = 'unbounded-wait';

function kustomization(block: object): string[] {
  return reportedBy(RULE, { sources: [FLEET], layers: [{ name: 'a', kustomization: block }] });
}

const TOLD = ['warning spec.layers[0].kustomization.timeout a'];
const check = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'web' };

test.each<[object, string[]]>([
  [{}, []],
  [{ timeout: '5m' }, []],
  [{ interval: '1h' }, []],
  [{ interval: '24h', timeout: '10m' }, []],
  [{ interval: '10m', timeout: '10m' }, []],
  [{ interval: '10m', timeout: '11m' }, TOLD],
  [{ interval: '24h' }, TOLD],
  [{ interval: '24h', timeout: '2h' }, TOLD],
  [{ interval: '24h', wait: false }, []],
  [{ interval: '24h', healthChecks: [check] }, TOLD],
])('for a Kustomization with %j it reports %j', (block, reported) => {
  expect(kustomization(block)).toEqual(reported);
});

function helmRelease(block: object): string[] {
  const chart = { spec: { chart: '../../db' } };
  return reportedBy(RULE, { sources: [FLEET], layers: [{ name: 'a', helmRelease: { chart, ...block } }] });
}

test.each<[object, string[]]>([
  [{}, []],
  [{ timeout: '1h' }, []],
  [{ timeout: '61m' }, ['warning spec.layers[0].helmRelease.timeout a']],
  [{ upgrade: { timeout: '3h' } }, ['warning spec.layers[0].helmRelease.upgrade.timeout a']],
  [{ install: { remediation: { retries: 3 } } }, []],
  [
    { install: { remediation: { retries: -1 } }, upgrade: { remediation: { retries: -1 } } },
    [
      'warning spec.layers[0].helmRelease.install.remediation.retries a',
      'warning spec.layers[0].helmRelease.upgrade.remediation.retries a',
    ],
  ],
])('for a HelmRelease with %j it reports %j', (block, reported) => {
  expect(helmRelease(block)).toEqual(reported);
});

test('a wait that is inherited is reported where it was written', () => {
  const defaults = { kustomization: { timeout: '30m' } };
  const layers = ['a', 'b'].map((name) => ({ name, kustomization: {} }));
  expect(reportedBy(RULE, { sources: [FLEET], defaults, layers })).toEqual([
    'warning spec.defaults.kustomization.timeout defaults',
  ]);
});
