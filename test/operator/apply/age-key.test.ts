import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { parse } from 'yaml';
import type { KubeObject } from '../../../src/api/object.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import type { LogLine } from '../../harness/operator/operator-process.ts';
import { DEPLOYER, grant } from '../../harness/blueprint/accounts.ts';
import { chainSpec } from '../../harness/blueprint/blueprints.ts';
import { expectUntold, listKeys } from './private-keys.ts';
import { Tenant, managersOf, versionsOf } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

let cluster: TestCluster;
/** All that any operator of this file has logged. */
const logged: LogLine[] = [];

beforeAll(async () => {
  cluster = await startTestCluster();
  keepLog(cluster.operator);
});

afterAll(() => cluster.stop());

function keepLog(operator: TestCluster['operator']): void {
  logged.push(...operator.log);
  operator.onLine((line) => logged.push(line));
}

async function restart(signal?: NodeJS.Signals): Promise<void> {
  keepLog(await cluster.restartOperator(signal));
}

/** A blueprint of one layer whose key pair is to be made. */
function sealed(sops: object = {}, more: object = {}): object {
  return {
    ...chainSpec('base'),
    secrets: { sops: { secretRef: { name: 'sops-age' }, age: { generate: true }, ...sops } },
    ...more,
  };
}

async function openSealed(spec = sealed()): Promise<Tenant> {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint(spec);
  await tenant.bringUp();
  return tenant;
}

/** The identity in a Secret. */
async function identityIn(tenant: Tenant, field = 'age.agekey'): Promise<string> {
  const { data } = (await tenant.get('Secret', 'sops-age')) as KubeObject & { data: Record<string, string> };
  const text = Buffer.from(data[field] ?? '', 'base64').toString('utf8');
  return /^AGE-SECRET-KEY-\S+$/mu.exec(text)?.[0] ?? '';
}

/** The rules of the generated `.sops.yaml`. */
async function rulesOf(tenant: Tenant): Promise<Record<string, string>[]> {
  const { data } = (await tenant.get('ConfigMap', 'platform-sops')) as KubeObject & {
    data: { '.sops.yaml': string };
  };
  return (parse(data['.sops.yaml']) as { creation_rules: Record<string, string>[] }).creation_rules;
}

async function roundTrip(recipient: string, identity: string): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return decrypter.decrypt(await encrypter.encrypt('s3cr3t'), 'text');
}

test('the key pair is made, and what is encrypted to its recipient can be decrypted with the Secret', async () => {
  const tenant = await openSealed();
  const { ageRecipient = '' } = await tenant.status();
  expect(ageRecipient).toMatch(/^age1[0-9a-z]{58}$/u);
  expect(await roundTrip(ageRecipient, await identityIn(tenant))).toBe('s3cr3t');
  const secret = await tenant.get('Secret', 'sops-age');
  expect(secret).toMatchObject({
    type: 'Opaque',
    metadata: { annotations: { 'fluxblueprint.io/age-recipient': ageRecipient } },
  });
  expect(secret.metadata.labels).toBeUndefined();
  expect(secret.metadata).not.toHaveProperty('ownerReferences');
  expect(await tenant.get('Kustomization', 'base')).toMatchObject({
    spec: { decryption: { provider: 'sops', secretRef: { name: 'sops-age' } } },
  });
});

test('the .sops.yaml encrypts all YAML files to the recipient', async () => {
  const tenant = await openSealed();
  expect(await rulesOf(tenant)).toEqual([
    {
      path_regex: String.raw`.*\.ya?ml$`,
      encrypted_regex: '^(data|stringData)$',
      age: (await tenant.status()).ageRecipient,
    },
  ]);
});

test('rules keep their order, and each gets all recipients beside its own keys', async () => {
  const [first, second] = await Promise.all([newRecipient(), newRecipient()]);
  const tenant = await openSealed(
    sealed({
      age: { generate: true, recipients: [first] },
      creationRules: [
        { path_regex: 'production/.*', age: second },
        { path_regex: '.*', encrypted_suffix: '_secret', pgp: 'ABCDEF' },
      ],
    }),
  );
  const { ageRecipient = '' } = await tenant.status();
  expect(await rulesOf(tenant)).toEqual([
    {
      path_regex: 'production/.*',
      encrypted_regex: '^(data|stringData)$',
      age: [second, ageRecipient, first].join(),
    },
    { path_regex: '.*', encrypted_suffix: '_secret', pgp: 'ABCDEF', age: [ageRecipient, first].join() },
  ]);
});

async function newRecipient(): Promise<string> {
  return identityToRecipient(await generateX25519Identity());
}

test('neither passes, nor changes, nor restarts make a second key', async () => {
  const tenant = await openSealed();
  const before = versionsOf([await tenant.get('Secret', 'sops-age')]);
  await tenant.reconcileNow();
  await tenant.applyBlueprint({ ...sealed(), ...chainSpec('base', 'apps') });
  await tenant.bringUp();
  await restart('SIGKILL');
  await tenant.reconcileNow();
  expect(versionsOf([await tenant.get('Secret', 'sops-age')])).toEqual(before);
  expect((await tenant.status()).ageRecipient).toBe(await identityToRecipient(await identityIn(tenant)));
});

test('two operators at once make one key', async () => {
  const another = await cluster.addOperator();
  keepLog(another);
  const tenants = await Promise.all(Array.from({ length: 8 }, () => Tenant.open(cluster.client)));
  await Promise.all(tenants.map((tenant) => tenant.applyBlueprint(sealed())));
  for (const tenant of tenants) {
    const value = await waitFor('there is a recipient', async () => (await tenant.status()).ageRecipient);
    expect(value).toBe(await identityToRecipient(await identityIn(tenant)));
    expect(managersOf(await tenant.get('Secret', 'sops-age'))).toEqual(['fluxblueprint-age']);
  }
  await another.stop();
});

test('a key pair that exists is used as it is', async () => {
  const tenant = await Tenant.open(cluster.client);
  const identity = await generateX25519Identity();
  const made = await makeSecret(tenant, { 'mine.agekey': `# made by hand\n${identity}\n` });
  await tenant.applyBlueprint(sealed());
  await tenant.bringUp();
  expect((await tenant.status()).ageRecipient).toBe(await identityToRecipient(identity));
  expect((await rulesOf(tenant))[0]?.['age']).toBe(await identityToRecipient(identity));
  expect(versionsOf([await tenant.get('Secret', 'sops-age')])).toEqual(versionsOf([made]));
});

test.each([
  ['a PGP key', { 'mine.asc': '-----BEGIN PGP PRIVATE KEY BLOCK-----' }],
  ['what is no key', { 'age.agekey': 'AGE-SECRET-KEY-1NONSENSE' }],
  ['nothing', {}],
])('a Secret that holds %s is left as it is, and there is no recipient', async (_, data) => {
  const tenant = await Tenant.open(cluster.client);
  const made = await makeSecret(tenant, data);
  await tenant.applyBlueprint(sealed());
  await tenant.bringUp();
  await tenant.reconcileNow();
  expect((await tenant.status()).ageRecipient).toBeUndefined();
  expect(await tenant.find('ConfigMap', 'platform-sops')).toBeUndefined();
  expect(versionsOf([await tenant.get('Secret', 'sops-age')])).toEqual(versionsOf([made]));
});

function makeSecret(tenant: Tenant, stringData: Record<string, string>): Promise<KubeObject> {
  const metadata = { name: 'sops-age', namespace: tenant.namespace };
  return tenant.client.apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData });
}

test('when somebody puts another key into the Secret, the recipient follows', async () => {
  const tenant = await openSealed();
  const identity = await generateX25519Identity();
  await tenant.patch(tenant.ref('Secret', 'sops-age'), { stringData: { 'age.agekey': identity } });
  await tenant.reconcileNow();
  const recipient = await identityToRecipient(identity);
  expect((await tenant.status()).ageRecipient).toBe(recipient);
  expect((await rulesOf(tenant))[0]?.['age']).toBe(recipient);
});

test('a Secret that somebody deletes is made anew, and an event says what that means', async () => {
  const tenant = await openSealed();
  const { ageRecipient: former = '' } = await tenant.status();
  await tenant.client.cluster.delete(tenant.ref('Secret', 'sops-age'));
  await tenant.reconcileNow();
  const { ageRecipient = '' } = await tenant.status();
  expect(ageRecipient).not.toBe(former);
  expect(await roundTrip(ageRecipient, await identityIn(tenant))).toBe('s3cr3t');
  await waitFor('it is reported', async () => {
    const reported = (await tenant.events()).find(
      ({ reason, type }) => reason === 'AgeKeyMade' && type === 'Warning',
    );
    return reported?.note.includes(
      `what is encrypted to the former recipient ${former} needs the former key`,
    );
  });
});

test('the Secret outlives the blueprint, and the ConfigMap does not', async () => {
  const tenant = await openSealed();
  const before = versionsOf([await tenant.get('Secret', 'sops-age')]);
  await tenant.deleteBlueprint();
  await tenant.untilDeleted();
  expect(versionsOf([await tenant.get('Secret', 'sops-age')])).toEqual(before);
  expect(await tenant.find('ConfigMap', 'platform-sops')).toBeUndefined();
});

test('a blueprint that no longer asks for a key leaves the Secret and takes back what it reported about it', async () => {
  const tenant = await openSealed();
  const before = versionsOf([await tenant.get('Secret', 'sops-age')]);
  await tenant.applyBlueprint(sealed({ age: { generate: false } }));
  await tenant.untilGone('ConfigMap', 'platform-sops');
  await tenant.bringUp();
  expect((await tenant.status()).ageRecipient).toBeUndefined();
  expect(versionsOf([await tenant.get('Secret', 'sops-age')])).toEqual(before);
});

test('a ConfigMap that somebody edits or deletes comes back', async () => {
  const tenant = await openSealed();
  const before = await rulesOf(tenant);
  const ref = tenant.ref('ConfigMap', 'platform-sops');
  await tenant.patch(ref, { data: { '.sops.yaml': 'creation_rules: []' } });
  await tenant.reconcileNow();
  expect(await rulesOf(tenant)).toEqual(before);
  await tenant.client.cluster.delete(ref);
  await tenant.reconcileNow();
  expect(await rulesOf(tenant)).toEqual(before);
});

test('a ConfigMap of somebody else is not taken', async () => {
  const tenant = await Tenant.open(cluster.client);
  const metadata = { name: 'platform-sops', namespace: tenant.namespace };
  const made = await tenant.client.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    data: { mine: 'yes' },
  });
  await tenant.applyBlueprint(sealed());
  await tenant.untilCondition({ type: 'Stalled', reason: 'ObjectConflict', says: '/platform-sops exists' });
  expect(versionsOf([await tenant.get('ConfigMap', 'platform-sops')])).toEqual(versionsOf([made]));
});

const FLUX = ['gitrepositories.source.toolkit.fluxcd.io', 'kustomizations.kustomize.toolkit.fluxcd.io'];
const rights = (secrets: string[]): Record<string, string[]> =>
  Object.fromEntries([
    ...[...FLUX, 'configmaps'].map((resource) => [resource, ['get', 'create', 'patch', 'delete']]),
    ['secrets', secrets],
  ]) as Record<string, string[]>;

test('with an account it takes the right to get and create Secrets, and the condition says which one is missing', async () => {
  const tenant = await Tenant.open(cluster.client);
  await grant(tenant, rights([]));
  await tenant.applyBlueprint(sealed({}, { serviceAccountName: DEPLOYER }));
  const user = `User "system:serviceaccount:${tenant.namespace}:deployer"`;
  const { message } = await tenant.untilCondition({ type: 'Ready', status: 'False' });
  expect(message).toContain(`spec.secrets.sops.age.generate: Secret ${tenant.namespace}/sops-age`);
  expect(message).toContain(`${user} cannot get resource "secrets"`);
  await grant(tenant, rights(['get']));
  await tenant.untilCondition({
    type: 'Ready',
    status: 'False',
    says: `${user} cannot create resource "secrets"`,
  });
  expect(await tenant.generated()).toEqual([]);
  await grant(tenant, rights(['get', 'create']));
  await tenant.bringUp();
  expect(await roundTrip((await tenant.status()).ageRecipient ?? '', await identityIn(tenant))).toBe(
    's3cr3t',
  );
});

test('a blueprint that is wrong in itself makes no key', async () => {
  const tenant = await Tenant.open(cluster.client);
  await tenant.applyBlueprint({
    ...sealed(),
    layers: [{ name: 'base', dependsOn: ['nowhere'], kustomization: {} }],
  });
  await tenant.untilCondition({ type: 'Stalled', reason: 'InvalidBlueprint' });
  expect(await tenant.find('Secret', 'sops-age')).toBeUndefined();
});

test('a blueprint that is refused for bad practice gets no key either', async () => {
  const tenant = await Tenant.open(cluster.client);
  const policy = { antiPatterns: 'Enforce' };
  await tenant.applyBlueprint(
    sealed({}, { policy, variables: { substitute: { DB_PASSWORD: 'hunter2hunter2' } } }),
  );
  await tenant.untilCondition({ type: 'Stalled', status: 'True' });
  expect(await tenant.find('Secret', 'sops-age')).toBeUndefined();
});

afterEach(async () => {
  await expectUntold(cluster.client, logged, await listKeys(cluster.client));
});

test('no private key is in any log line, event, blueprint, Kustomization or ConfigMap', async () => {
  const tenants = await Promise.all(Array.from({ length: 11 }, () => openSealed()));
  const former = await listKeys(cluster.client);
  const [made, replaced, spoilt, ended] = tenants;
  if (made === undefined || replaced === undefined || spoilt === undefined || ended === undefined)
    throw new Error('there are too few tenants');
  await made.client.cluster.delete(made.ref('Secret', 'sops-age'));
  await replaced.patch(replaced.ref('Secret', 'sops-age'), {
    stringData: { 'age.agekey': await generateX25519Identity() },
  });
  const unreadable = `AGE-SECRET-KEY-1${'Q'.repeat(58)}`;
  await spoilt.patch(spoilt.ref('Secret', 'sops-age'), { stringData: { 'age.agekey': unreadable } });
  for (const tenant of tenants) await tenant.reconcileNow();
  await ended.deleteBlueprint();
  await ended.untilDeleted();
  await restart('SIGKILL');
  for (const tenant of tenants.filter((each) => each !== ended)) await tenant.reconcileNow();
  await waitFor('it is reported that a key was made anew', async () =>
    (await made.events()).some(({ reason, type }) => reason === 'AgeKeyMade' && type === 'Warning'),
  );
  const keys = await listKeys(cluster.client);
  expect(keys.length).toBeGreaterThan(20);
  expect(logged.length).toBeGreaterThan(100);
  await expectUntold(cluster.client, logged, [...former, ...keys, unreadable]);
});
