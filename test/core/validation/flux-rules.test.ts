import { expect, test } from '@jest/globals';
import type { Schema } from '../../../src/core/validation/check-schema.ts';
import { knownFluxRules } from '../../../src/core/validation/flux-rules.ts';
import { FLUX_SCHEMAS } from '../../../src/core/kinds/flux-schemas.generated.ts';
import { FLEET, problemsOf } from '../compiling.ts';

function rulesOf(schema: Schema): string[] {
  const below = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.items === undefined ? [] : [schema.items]),
  ];
  return [...(schema['x-kubernetes-validations'] ?? []).map(({ rule }) => rule), ...below.flatMap(rulesOf)];
}

test('every rule that Flux has as CEL is known, but for the one that the compiler sees to by itself', () => {
  const asked = new Set(Object.values(FLUX_SCHEMAS).flatMap(({ spec }) => rulesOf(spec)));
  expect(knownFluxRules().filter((rule) => !asked.has(rule))).toEqual([]);
  const known = new Set(knownFluxRules());
  expect([...asked].filter((rule) => !known.has(rule))).toEqual([
    '(has(self.chart) && !has(self.chartRef)) || (!has(self.chart) && has(self.chartRef))',
  ]);
});

const chart = { spec: { chart: './web' } };
const release = (fields: object): object => ({
  sources: [FLEET],
  layers: [{ name: 'web', helmRelease: { chart, ...fields } }],
});
const bucket = (fields: object): object => ({
  sources: [{ name: 'assets', bucket: { bucketName: 'a', endpoint: 'e', ...fields } }],
});
const receiver = (fields: object): object => ({
  sources: [FLEET],
  notifications: { receivers: [{ name: 'hook', ...fields }] },
});
const provider = (fields: object): object => ({
  notifications: { providers: [{ name: 'chat', ...fields }] },
});
const image = (fields: object): object => ({
  layers: [
    {
      name: 'image',
      object: {
        apiVersion: 'image.toolkit.fluxcd.io/v1',
        kind: 'ImagePolicy',
        spec: { imageRepositoryRef: { name: 'web' }, policy: { alphabetical: {} }, ...fields },
      },
    },
  ],
});
const token = { secretRef: { name: 'token' } };
const issuer = {
  oidcProviders: [{ issuerURL: 'https://example.com', validations: [{ expression: 'true', message: 'm' }] }],
};
const sts = { endpoint: 'https://sts.example.com' };
const rules = ({ path, rule }: { path: string; rule: string }): string[] => [path, rule];

test.each<[string, object, string]>([
  ['a kubeConfig of nothing', release({ kubeConfig: {} }), 'spec.layers[0].helmRelease.kubeConfig'],
  [
    'a kubeConfig of two',
    release({ kubeConfig: { secretRef: { name: 'a' }, configMapRef: { name: 'b' } } }),
    'spec.layers[0].helmRelease.kubeConfig',
  ],
  [
    'an interval of retries for a strategy without retries',
    release({ install: { strategy: { name: 'RemediateOnFailure', retryInterval: '1m' } } }),
    'spec.layers[0].helmRelease.install.strategy',
  ],
  [
    'such an interval for upgrades',
    release({ upgrade: { strategy: { name: 'RemediateOnFailure', retryInterval: '1m' } } }),
    'spec.layers[0].helmRelease.upgrade.strategy',
  ],
  [
    'a commit status in a chat',
    provider({ type: 'slack', commitStatusExpr: 'x' }),
    'spec.notifications.providers[0]',
  ],
  ['a receiver that checks nothing', receiver({ type: 'github' }), 'spec.notifications.receivers[0]'],
  [
    'a receiver for OIDC without an issuer',
    receiver({ type: 'generic-oidc' }),
    'spec.notifications.receivers[0]',
  ],
  [
    'a receiver for OIDC with a token',
    receiver({ type: 'generic-oidc', ...issuer, ...token }),
    'spec.notifications.receivers[0]',
  ],
  [
    'issuers for another type',
    receiver({ type: 'github', ...issuer, ...token }),
    'spec.notifications.receivers[0]',
  ],
  [
    'STS for Azure',
    bucket({ provider: 'azure', sts: { ...sts, provider: 'aws' } }),
    'spec.sources[0].bucket',
  ],
  ['LDAP for AWS', bucket({ provider: 'aws', sts: { ...sts, provider: 'ldap' } }), 'spec.sources[0].bucket'],
  [
    'AWS STS for the default provider',
    bucket({ sts: { ...sts, provider: 'aws' } }),
    'spec.sources[0].bucket',
  ],
  [
    'a Secret for AWS STS',
    bucket({ provider: 'aws', sts: { ...sts, provider: 'aws', ...token } }),
    'spec.sources[0].bucket',
  ],
  [
    'a certificate for AWS STS',
    bucket({ provider: 'aws', sts: { ...sts, provider: 'aws', certSecretRef: { name: 'a' } } }),
    'spec.sources[0].bucket',
  ],
  ['an account for the default provider', bucket({ serviceAccountName: 'a' }), 'spec.sources[0].bucket'],
  [
    'an account and a Secret',
    bucket({ provider: 'aws', serviceAccountName: 'a', ...token }),
    'spec.sources[0].bucket',
  ],
  [
    'an account for Git without a cloud',
    { sources: [{ name: 'fleet', git: { ...FLEET.git, serviceAccountName: 'a' } }] },
    'spec.sources[0].git',
  ],
  [
    'a HelmChart from Git that is verified',
    {
      layers: [
        {
          name: 'chart',
          object: {
            apiVersion: 'source.toolkit.fluxcd.io/v1',
            kind: 'HelmChart',
            spec: {
              chart: 'a',
              interval: '1h',
              sourceRef: { kind: 'GitRepository', name: 'a' },
              verify: { provider: 'cosign' },
            },
          },
        },
      ],
    },
    'spec.layers[0].object.spec',
  ],
  [
    'a digest that is read again and again, never',
    image({ digestReflectionPolicy: 'Always' }),
    'spec.layers[0].object.spec',
  ],
  ['an interval for no digest', image({ interval: '5m' }), 'spec.layers[0].object.spec'],
])('%s is refused where it stands', (_, spec, path) => {
  expect(problemsOf(spec).map(rules)).toEqual([[path, 'rule']]);
});

test.each<[string, object]>([
  ['a kubeConfig', release({ kubeConfig: { configMapRef: { name: 'a' } } })],
  [
    'strategies with retries',
    release({
      install: { strategy: { name: 'RetryOnFailure', retryInterval: '1m' } },
      upgrade: { strategy: { name: 'RetryOnFailure', retryInterval: '1m' } },
    }),
  ],
  [
    'a commit status',
    provider({ type: 'github', address: 'https://example.com', commitStatusExpr: 'x', ...token }),
  ],
  ['a receiver with a token', receiver({ type: 'github', ...token })],
  ['a receiver for OIDC', receiver({ type: 'generic-oidc', ...issuer })],
  ['a digest that is read once', image({ digestReflectionPolicy: 'IfNotPresent' })],
  ['a digest that is read again', image({ digestReflectionPolicy: 'Always', interval: '5m' })],
  ['LDAP for the default provider', bucket({ sts: { ...sts, provider: 'ldap', ...token } })],
  ['an account for AWS', bucket({ provider: 'aws', serviceAccountName: 'a' })],
  [
    'an account for Git of Azure',
    { sources: [{ name: 'fleet', git: { ...FLEET.git, provider: 'azure', serviceAccountName: 'a' } }] },
  ],
])('%s is taken', (_, spec) => {
  expect(problemsOf(spec)).toEqual([]);
});
