import { expect, test } from '@jest/globals';
import { FLEET, findingsOf, reportedBy, whole } from '../linting.ts';

const RULE = 'plaintext-secret';

function inValues(values: object): object {
  const chart = { spec: { chart: '../../db' } };
  return { sources: [FLEET], layers: [{ name: 'db', helmRelease: { chart, values } }] };
}

/** Paths below the chart's values. */
function valuesTold(values: object): string[] {
  return reportedBy(RULE, inValues(values)).map((line) =>
    line.replace('error spec.layers[0].helmRelease.values', '').replace(' db', ''),
  );
}

test.each<[object, string]>([
  [{ password: 'hunter2' }, '.password'],
  [{ auth: { rootPassword: 'changeme' } }, '.auth.rootPassword'],
  [{ auth: { 'admin-passwd': 'x1' } }, '.auth.admin-passwd'],
  [{ smtp: { SMTP_PASS: 'pass' } }, '.smtp.SMTP_PASS'],
  [{ password: '123456' }, '.password'],
  [{ password2: 'hunter2' }, '.password2'],
  [{ apiKey: 'abc' }, '.apiKey'],
  [{ api_key: 'abc' }, '.api_key'],
  [{ apikey: 'abc' }, '.apikey'],
  [{ oauth: { clientSecret: 'abc-def' } }, '.oauth.clientSecret'],
  [{ botToken: 'abc' }, '.botToken'],
  [{ aws: { secretAccessKey: 'abcdEFGH' } }, '.aws.secretAccessKey'],
  [{ privateKey: 'abcdEFGH' }, '.privateKey'],
  [{ secret: 's3cr3t!' }, '.secret'],
  [{ secret: 'topsecret' }, '.secret'],
  [{ secretKey: 'x7Jd83hQ' }, '.secretKey'],
  [{ credentials: 'user:Xy12345z' }, '.credentials'],
  [{ tokens: ['abc'] }, '.tokens[0]'],
  [{ password: { value: 'hunter2' } }, '.password.value'],
  [{ password: '${PASSWORD:=hunter2}' }, '.password'],
  [{ env: [{ name: 'DB_PASSWORD', value: 'hunter2' }] }, '.env[0].value'],
  [{ headers: { Authorization: 'Bearer abcdefgh12' } }, '.headers.Authorization'],
  [
    { extraObjects: [{ apiVersion: 'v1', kind: 'Secret', stringData: { a: 'b' } }] },
    '.extraObjects[0].stringData',
  ],
  [{ extraManifests: ['apiVersion: v1\nkind: Secret\nstringData:\n  a: b\n'] }, '.extraManifests[0]'],
])('a credential by its name in values: %j', (values, path) => {
  expect(valuesTold(values)).toEqual([path]);
});

test.each<[object]>([
  [{ password: '' }],
  [{ password: '${DB_PASSWORD}' }],
  [{ password: '${DB_PASSWORD:=}' }],
  [{ password: 'prefix-${DB_PASSWORD}' }],
  [{ password: '$(DB_PASSWORD)' }],
  [{ password: '{{ .Values.password }}' }],
  [{ password: 'ENC[AES256_GCM,data:abc,iv:def,tag:ghi,type:str]' }],
  [{ password: '<your password>' }],
  [{ password: '********' }],
  [{ password: 'vault:secret/data/db#password' }],
  [{ password: 'ref+vault://secret/db#/password' }],
  [{ password: 'op://vault/item/password' }],
  [{ password: '/run/secrets/db/password' }],
  [{ password: null }],
  [{ password: true }],
  [{ password: 8 }],
  [{ existingSecret: 'db-credentials' }],
  [{ existingSecret: { name: 'db', passwordKey: 'password' } }],
  [{ existingSecretPasswordKey: 'password' }],
  [{ secretName: 'db-tls' }],
  [{ secretRef: { name: 'db', key: 'password' } }],
  [{ passwordSecretRef: { name: 'db', key: 'token' } }],
  [{ tokenSecretRef: { name: 'db', key: 'token' } }],
  [{ valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }],
  [{ password: { valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } } }],
  [{ env: [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'p' } } }] }],
  [{ env: [{ name: 'DB_PASSWORD', value: '' }] }],
  [{ env: [{ name: 'DB_HOST', value: 'db.example.com' }] }],
  [{ tokenTTL: 3600 }],
  [{ tokenTTL: '1h' }],
  [{ maxTokens: '4096' }],
  [{ token: '3600' }],
  [{ automountServiceAccountToken: 'true' }],
  [{ generatePassword: 'always' }],
  [{ passwordPolicy: 'strong' }],
  [{ passwordFile: 'db.txt' }],
  [{ tokenURL: 'https://example.com/token' }],
  [{ token: 'https://example.com/token' }],
  [{ secretKeys: { adminPasswordKey: 'password' } }],
  [{ secretKey: 'db-password' }],
  [{ imagePullSecrets: ['regcred'] }],
  [{ pullSecret: 'regcred' }],
  [{ tls: { secret: 'shop-tls' } }],
  [{ tlsSecret: 'wildcard' }],
  [{ publicKey: 'abcdEFGH' }],
  [{ proxy_pass: 'backend' }],
  [{ compass: 'north', bypass: 'x' }],
  [{ monkey: 'x', keyboard: 'y', authorName: 'z' }],
  [{ authorization: 'enabled' }],
  [{ headers: { Authorization: 'Bearer ${TOKEN}' } }],
  [{ extraObjects: [{ kind: 'Secret', stringData: { a: '${A}' } }] }],
  [{ extraObjects: [{ kind: 'Secret', data: { a: 'ENC[AES256_GCM,data:x,type:str]' }, sops: {} }] }],
  [{ extraObjects: [{ kind: 'ExternalSecret', spec: { data: [{ secretKey: 'password' }] } }] }],
  [{ substituteFrom: [{ kind: 'Secret', name: 'x' }] }],
  [{ connection: 'postgres://app:${PASSWORD}@db/app' }],
  [{ connection: 'postgres://app@db/app' }],
  [{ image: 'https://registry.example.com:443@sha256:abc' }],
  [{ cert: '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----' }],
  [{ recipient: 'age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq' }],
])('no credential in values: %j', (values) => {
  expect(valuesTold(values)).toEqual([]);
});

/** Built here, so that no scanner takes this file for a leak. */
const SHAPES: readonly [string, string][] = [
  ['a private key', whole(`-----BEGIN R¦SA PRIVATE KEY-----\nabc`)],
  ['a private key', whole(`-----BEGIN P¦RIVATE KEY-----\nabc`)],
  ['a private key', whole(`-----BEGIN PGP P¦RIVATE KEY BLOCK-----\nabc`)],
  ['a private key', btoa(whole(`-----BEGIN R¦SA PRIVATE KEY-----\nabc`))],
  ['a private key', btoa(whole(`-----BEGIN E¦C PRIVATE KEY-----\nabc`))],
  ['a private key', btoa(whole(`-----BEGIN O¦PENSSH PRIVATE KEY-----\nabc`))],
  ['a private key', btoa(whole(`-----BEGIN P¦RIVATE KEY-----\nabc`))],
  ['an age private key', whole(`AGE-SECRET-K¦EY-1${'Q'.repeat(58)}`)],
  ['an AWS access key', whole(`AKI¦AABCDEFGHIJKLMNOP`)],
  ['a GitHub token', whole(`ghp¦_${'a1'.repeat(18)}`)],
  ['a GitHub token', whole(`github_p¦at_${'a1'.repeat(20)}`)],
  ['a GitLab token', whole(`glp¦at-${'a1'.repeat(10)}`)],
  ['a Slack token', whole(`xox¦b-123456789012-abcdef`)],
  ['a Google API key', whole(`AIz¦a${'a'.repeat(35)}`)],
  ['a Vault token', whole(`hvs¦.${'a'.repeat(24)}`)],
  ['a JSON Web Token', whole(`eyJ¦hbGciOiJIUzI1NiJ9.eyJ¦zdWIiOiIxMjM0In0.abcdefghijkl`)],
  ['a URL with a password', whole(`postgres://app:h¦unter2@db.example.com/app`)],
  ['a URL with a password', whole(`https://user:h¦unter2@github.com/org/repo`)],
  ['a URL with a credential in its query', whole(`https://example.com/hook?token=a¦bcdef`)],
  ['a URL with a credential in its query', whole(`https://x.logic.azure.com/a?api-version=1&sig=a¦bcdef`)],
  ['the address of an incoming webhook', whole(`https://hooks.slack.com/s¦ervices/T000/B000/abc`)],
  ['the address of an incoming webhook', whole(`https://discord.com/api/w¦ebhooks/123/abc-def`)],
  ['the address of an incoming webhook', whole(`https://chat.example.com/h¦ooks/abcdefghijklmnopqrstuvwxyz`)],
];

test.each(SHAPES)('%s is known by its look, whatever it is called and wherever it stands', (what, text) => {
  expect(valuesTold({ note: text })).toEqual(['.note']);
  expect(valuesTold({ note: `some text before\n${text}` })).toEqual(['.note']);
  const [finding] = findingsOf(inValues({ note: text }));
  expect(finding?.message).toContain(`holds ${what}`);
  expect(finding?.message).not.toContain(text);
  const inLabel = { sources: [FLEET], commonMetadata: { annotations: { note: text } } };
  expect(reportedBy(RULE, inLabel)).toEqual(['error spec.commonMetadata.annotations.note commonMetadata']);
});

const hook = whole(`https://discord.com/api/w¦ebhooks/123/abc-def`);

test.each<[object, string, RegExp]>([
  [
    { variables: { substitute: { DB_PASSWORD: 'hunter2' } } },
    'error spec.variables.substitute.DB_PASSWORD variables',
    /`substituteFrom`/,
  ],
  [
    { layers: [{ name: 'a', kustomization: { postBuild: { substitute: { API_TOKEN: 'abc' } } } }] },
    'error spec.layers[0].kustomization.postBuild.substitute.API_TOKEN a',
    /`substituteFrom`/,
  ],
  [
    { sources: [{ name: 'x', git: { url: whole(`https://u:p¦w@example.com/x`), ref: { branch: 'main' } } }] },
    'error spec.sources[0].git.url sources/x',
    /`secretRef`/,
  ],
  [
    { notifications: { providers: [{ name: 'd', type: 'discord', address: hook }] } },
    'error spec.notifications.providers[0].address providers/d',
    /key `address`/,
  ],
  [
    { defaults: { helmRelease: { values: { password: 'hunter2' } } } },
    'error spec.defaults.helmRelease.values.password defaults',
    /`valuesFrom`/,
  ],
  [
    { environments: [{ name: 'staging', variables: { substitute: { TOKEN: 'abc' } } }] },
    'error spec.environments[0].variables.substitute.TOKEN environments/staging',
    /`substituteFrom`/,
  ],
  [
    {
      secrets: {
        externalSecrets: [
          {
            name: 's',
            secretStoreRef: { name: 'v' },
            dataFrom: [{ extract: { key: 'app' } }],
            target: { template: { data: { password: 'hunter2', token: '{{ .token }}' } } },
          },
        ],
      },
    },
    'error spec.secrets.externalSecrets[0].target.template.data.password externalSecrets/s',
    /SOPS/,
  ],
])('for %j it says where the value is and where it belongs', (spec, reported, remedy) => {
  const whole = { sources: [FLEET], ...spec };
  expect(reportedBy(RULE, whole)).toEqual([reported]);
  expect(findingsOf(whole).find(({ rule }) => rule === RULE)?.message).toMatch(remedy);
});

const PATCH = 'error spec.layers[0].kustomization.patches[0].patch a';

test.each<[string, object, boolean]>([
  [
    'a Secret merged in',
    { patch: 'apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData: {a: b}' },
    true,
  ],
  ['a Secret merged in by its target', { target: { kind: 'Secret' }, patch: 'stringData:\n  a: b\n' }, true],
  ['a variable of a Secret', { patch: 'apiVersion: v1\nkind: Secret\nstringData: {a: "${A}"}' }, false],
  [
    'a Secret that goes',
    { patch: '$patch: delete\napiVersion: v1\nkind: Secret\nmetadata: {name: x}' },
    false,
  ],
  [
    'a key of a Secret set',
    { target: { kind: 'Secret' }, patch: '- op: add\n  path: /data/user\n  value: YWRtaW4=' },
    true,
  ],
  [
    'a key of a ConfigMap set',
    { target: { kind: 'ConfigMap' }, patch: '- op: add\n  path: /data/user\n  value: admin' },
    false,
  ],
  [
    'a password of a container',
    {
      target: { kind: 'Deployment' },
      patch:
        '- op: add\n  path: /spec/template/spec/containers/0/env/-\n  value: {name: DB_PASSWORD, value: hunter2}',
    },
    true,
  ],
  [
    'a replica count',
    { target: { kind: 'Deployment' }, patch: '- {op: replace, path: /spec/replicas, value: 2}' },
    false,
  ],
  ['no YAML at all', { patch: 'secret: [' }, false],
])('a patch with %s', (_, patch, reported) => {
  const layers = [{ name: 'a', kustomization: { patches: [patch] } }];
  expect(reportedBy(RULE, { sources: [FLEET], layers })).toEqual(reported ? [PATCH] : []);
});

test('what an environment replaces or leaves out lies in Git all the same', () => {
  const chart = { spec: { chart: '../../db' } };
  const spec = {
    sources: [FLEET],
    layers: [{ name: 'db', helmRelease: { chart, values: { password: 'hunter2' } } }],
    environments: [{ name: 'staging', layers: [{ name: 'db', omit: true }] }],
  };
  expect(reportedBy(RULE, spec)).toEqual(['error spec.layers[0].helmRelease.values.password db']);
});

test('a credential that is a key is reported at the object that holds it, so that no path repeats it', () => {
  const key = whole(`https://user:h¦unter2@example.com`);
  const [finding, ...more] = findingsOf(inValues({ auths: { [key]: {} } }));
  expect(more).toEqual([]);
  expect(finding?.path).toBe('spec.layers[0].helmRelease.values.auths');
  expect(JSON.stringify(finding)).not.toContain('hunter2');
});

test('names outside of what is people’s own mean nothing by themselves', () => {
  const spec = {
    sources: [{ ...FLEET, git: { ...FLEET.git, secretRef: { name: 'hunter2' } } }],
    layers: [{ name: 'token', kustomization: {} }],
    policy: { exceptions: [{ rule: 'direct-apply', target: 'x', reason: 'password: hunter2' }] },
  };
  expect(reportedBy(RULE, spec)).toEqual([]);
});
