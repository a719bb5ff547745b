import { expect, test } from '@jest/globals';
import type { Observed } from '../../../../src/core/lint/lint.ts';
import { FLEET, findingsOf, observing, reportedBy } from '../linting.ts';

const RULE = 'missing-reference';

/** A cluster that lacks these, each as `Kind namespace/name`. */
function lacking(...missing: string[]): { observed: Observed } {
  return {
    observed: observing({
      exists: (kind, namespace, name) => !missing.includes(`${kind} ${namespace}/${name}`),
    }),
  };
}

/** A cluster whose Secrets and ConfigMaps all have these keys. */
function withKeys(...keys: string[]): { observed: Observed } {
  return { observed: observing({ keysOf: () => keys }) };
}

const apps = { name: 'apps', kustomization: {} };

test('what exists, and what is not known, is not reported', () => {
  const spec = {
    sources: [FLEET],
    layers: [apps],
    variables: { substituteFrom: [{ kind: 'Secret', name: 's' }] },
  };
  expect(reportedBy(RULE, spec, lacking())).toEqual([]);
  expect(reportedBy(RULE, spec, { observed: observing({ exists: () => undefined }) })).toEqual([]);
  expect(reportedBy(RULE, spec)).toEqual([]);
});

test('what is missing is reported where it was written, once for all that inherit it', () => {
  const spec = {
    sources: [{ ...FLEET, git: { ...FLEET.git, secretRef: { name: 'deploy-key' } } }],
    layers: [apps, { name: 'more', kustomization: {} }],
    variables: { substituteFrom: [{ kind: 'ConfigMap', name: 'cluster-vars' }] },
    secrets: { sops: { secretRef: { name: 'sops-age' } } },
  };
  const missing = lacking(
    'Secret flux-system/deploy-key',
    'ConfigMap flux-system/cluster-vars',
    'Secret flux-system/sops-age',
  );
  expect(reportedBy(RULE, spec, missing)).toEqual([
    'warning spec.secrets.sops.secretRef.name secrets/sops',
    'warning spec.sources[0].git.secretRef.name sources/fleet',
    'warning spec.variables.substituteFrom[0].name variables',
  ]);
  expect(findingsOf(spec, missing).every(({ seenIn }) => seenIn === 'cluster')).toBe(true);
});

test('what is optional may be missing', () => {
  const substituteFrom = [{ kind: 'Secret', name: 's', optional: true }];
  const valuesFrom = [{ kind: 'Secret', name: 's', optional: true }];
  const chart = { spec: { chart: '../../db' } };
  const spec = {
    sources: [FLEET],
    variables: { substituteFrom },
    layers: [{ name: 'all', components: [apps, { name: 'db', helmRelease: { chart, valuesFrom } }] }],
  };
  expect(reportedBy(RULE, spec, lacking('Secret flux-system/s'))).toEqual([]);
});

test('a reference is local to its namespace: one that is there only at home is reported with that remedy', () => {
  const spec = {
    serviceAccountName: 'deployer',
    sources: [FLEET],
    layers: [{ ...apps, namespace: 'shop' }],
    secrets: { sops: { secretRef: { name: 'sops-age' } } },
  };
  const missing = lacking('Secret shop/sops-age', 'ServiceAccount shop/deployer');
  const [secret, account, ...more] = [...findingsOf(spec, missing)].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  );
  expect(more).toEqual([]);
  expect(secret?.message).toMatch(
    /needs Secret shop\/sops-age.*there is one in flux-system.*unset: \[decryption\]/,
  );
  expect(account?.message).toMatch(/needs ServiceAccount shop\/deployer.*there is one in flux-system/);
  // To do without the account would be to apply with other rights.
  expect(account?.message).not.toMatch(/unset/);
});

test('the account that the operator writes as is reported once, even where nothing is generated', () => {
  const missing = lacking('ServiceAccount flux-system/deployer');
  const reported = ['warning spec.serviceAccountName serviceAccountName'];
  expect(reportedBy(RULE, { serviceAccountName: 'deployer' }, missing)).toEqual(reported);
  const spec = { serviceAccountName: 'deployer', sources: [FLEET], layers: [apps] };
  expect(reportedBy(RULE, spec, missing)).toEqual(reported);
});

test('an account of another cluster is looked for there by Flux, and not here', () => {
  const kubeConfig = { secretRef: { name: 'production' } };
  const kustomization = { kubeConfig, serviceAccountName: 'remote' };
  const spec = { sources: [FLEET], layers: [{ name: 'apps', kustomization }] };
  expect(reportedBy(RULE, spec, lacking('ServiceAccount flux-system/remote'))).toEqual([]);
  expect(reportedBy(RULE, spec, lacking('Secret flux-system/production'))).toEqual([
    'warning spec.layers[0].kustomization.kubeConfig.secretRef.name apps',
  ]);
});

test('what an ExternalSecret of the blueprint makes, or the operator itself, is on its way', () => {
  const externalSecret = {
    name: 'vars',
    secretStoreRef: { name: 'vault' },
    target: { name: 'cluster-secrets' },
    dataFrom: [{ extract: { key: 'app' } }],
  };
  const spec = {
    sources: [FLEET],
    layers: [apps],
    variables: { substituteFrom: [{ kind: 'Secret', name: 'cluster-secrets' }] },
    secrets: {
      sops: { secretRef: { name: 'sops-age' }, age: { generate: true } },
      externalSecrets: [externalSecret],
    },
  };
  const missing = lacking('Secret flux-system/cluster-secrets', 'Secret flux-system/sops-age');
  expect(reportedBy(RULE, spec, missing)).toEqual([]);
});

test("names in a chart's values and in patches are not references", () => {
  const values = { auth: { secretRef: { name: 'gone' } }, serviceAccountName: 'gone' };
  const chart = { spec: { chart: '../../db' } };
  const spec = { sources: [FLEET], layers: [{ name: 'db', helmRelease: { chart, values } }] };
  expect(
    reportedBy(RULE, spec, lacking('Secret flux-system/gone', 'ServiceAccount flux-system/gone')),
  ).toEqual([]);
});

test.each<[string, object, string[], string[]]>([
  ['decryption', { decryption: { provider: 'sops', secretRef: { name: 's' } } }, ['age.agekey'], ['key.txt']],
  [
    'decryption',
    { decryption: { provider: 'sops', secretRef: { name: 's' } } },
    ['sops.aws-kms'],
    ['aws-kms'],
  ],
  ['kubeConfig', { kubeConfig: { secretRef: { name: 's' } } }, ['value.yaml'], ['kubeconfig']],
  ['kubeConfig', { kubeConfig: { secretRef: { name: 's', key: 'kubeconfig' } } }, ['kubeconfig'], ['value']],
])('of the Secret for %s the keys are known: %j', (field, block, enough, lack) => {
  const spec = { sources: [FLEET], layers: [{ name: 'apps', kustomization: block }] };
  expect(reportedBy(RULE, spec, withKeys(...enough))).toEqual([]);
  expect(reportedBy(RULE, spec, withKeys(...lack))).toEqual([
    `warning spec.layers[0].kustomization.${field}.secretRef.name apps`,
  ]);
});

test('values are read from the key values.yaml, or the one that is named', () => {
  const of = (valuesFrom: object): object => ({
    sources: [FLEET],
    layers: [
      { name: 'db', helmRelease: { chart: { spec: { chart: '../../db' } }, valuesFrom: [valuesFrom] } },
    ],
  });
  const reported = ['warning spec.layers[0].helmRelease.valuesFrom[0].name db'];
  expect(reportedBy(RULE, of({ kind: 'Secret', name: 's' }), withKeys('values.yaml'))).toEqual([]);
  expect(reportedBy(RULE, of({ kind: 'Secret', name: 's' }), withKeys('other'))).toEqual(reported);
  expect(reportedBy(RULE, of({ kind: 'ConfigMap', name: 's', valuesKey: 'db' }), withKeys('db'))).toEqual([]);
  expect(
    reportedBy(RULE, of({ kind: 'ConfigMap', name: 's', valuesKey: 'db' }), withKeys('values.yaml')),
  ).toEqual(reported);
});

const address = 'https://example.com/x';
const secretRef = { name: 's' };
const AT = 'spec.notifications.providers[0]';

test.each<[object, string[]]>([
  [{ type: 'discord' }, [`error ${AT}.address providers/chat`]],
  [{ type: 'discord', address }, []],
  [{ type: 'discord', secretRef }, []],
  [{ type: 'slack', address }, []],
  [{ type: 'generic-hmac', address }, [`error ${AT}.secretRef providers/chat`]],
  [{ type: 'github', address }, [`error ${AT}.secretRef providers/chat`]],
  [{ type: 'github', address, secretRef }, []],
  [{ type: 'telegram', secretRef }, [`error ${AT}.channel providers/chat`]],
  [{ type: 'telegram', secretRef, channel: '-100' }, []],
  [{ type: 'pagerduty', address }, [`error ${AT}.channel providers/chat`]],
  [{ type: 'nats', address, channel: 'events' }, []],
])('a provider %j lacks %j by its type', (fields, reported) => {
  const notifications = { providers: [{ name: 'chat', ...fields }] };
  expect(reportedBy(RULE, { notifications })).toEqual(reported);
});

test.each<[object, string[], boolean]>([
  [{ type: 'discord' }, ['address'], true],
  [{ type: 'discord' }, ['url'], false],
  [{ type: 'discord', address }, [], true],
  [{ type: 'opsgenie', address }, ['token'], true],
  [{ type: 'opsgenie', address }, ['key'], false],
  [{ type: 'github', address }, ['githubAppID', 'githubAppPrivateKey'], true],
  [{ type: 'gitlab', address }, ['password'], true],
  [{ type: 'gitea', address }, ['password'], false],
])('a provider %j whose Secret has the keys %j: enough is %p', (fields, keys, enough) => {
  const notifications = { providers: [{ name: 'chat', secretRef, ...fields }] };
  const reported = enough ? [] : [`warning ${AT}.secretRef.name providers/chat`];
  expect(reportedBy(RULE, { notifications }, withKeys(...keys))).toEqual(reported);
});

test('a receiver checks calls with the key token of a Secret', () => {
  const of = (receiver: object): object => ({
    sources: [FLEET],
    notifications: { receivers: [{ name: 'webhook', ...receiver }] },
  });
  const path = 'spec.notifications.receivers[0].secretRef';
  expect(reportedBy(RULE, of({ type: 'github', secretRef }), withKeys('token'))).toEqual([]);
  expect(reportedBy(RULE, of({ type: 'github', secretRef }), withKeys('secret'))).toEqual([
    `warning ${path}.name receivers/webhook`,
  ]);
  const oidcProviders = [
    { issuerURL: 'https://example.com', validations: [{ expression: 'true', message: 'm' }] },
  ];
  expect(reportedBy(RULE, of({ type: 'generic-oidc', oidcProviders }))).toEqual([]);
});
