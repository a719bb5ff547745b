import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { stringify } from 'yaml';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import type { Tenant } from '../../harness/blueprint/tenant.ts';
import { untilCause } from '../scenario/causes.ts';
import { findDeployed, untilDeployed, untilReadyWith } from '../scenario/deployed.ts';
import type { GitRepository } from '../../harness/flux/servers/git-repository.ts';
import { configMapYaml, secret } from '../../harness/flux/manifests.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { Scenario } from '../scenario/scenario.ts';
import { encrypt, updateKeys } from '../../harness/flux/sops.ts';

let scenario: Scenario;
let tenant: Tenant;
let fleet: GitRepository;

beforeAll(async () => {
  scenario = await Scenario.open();
  tenant = scenario.tenant;
  const git = await scenario.startGit();
  fleet = await git.createRepository('fleet');
  await fleet.commit({
    'base/base.yaml': configMapYaml(tenant.namespace, 'base', {}),
    'apps/apps.yaml': configMapYaml(tenant.namespace, 'apps', {}),
  });
});

afterAll(() => scenario.close());

/** Where the encrypted Secret is in the repository. */
const path = 'base/credentials.yaml';

/** A Secret to be encrypted. */
function credentials(password: string): string {
  return stringify(secret(tenant.namespace, 'credentials', { password }));
}

async function applyBlueprint(recipients: string[] = []): Promise<void> {
  await tenant.applyBlueprint({
    secrets: { sops: { secretRef: { name: 'sops-age' }, age: { generate: true, recipients } } },
    sources: [gitSource('fleet', { url: fleet.url })],
    layers: [layer('base'), layer('apps', ['base'])],
  });
}

/** Waits until the operator reports its key, and the `.sops.yaml` that it made names just these recipients. */
async function untilSopsYaml(expected: (ours: string) => string[]): Promise<{ ours: string; text: string }> {
  const value = await waitFor('the .sops.yaml names whom it should', async () => {
    const { ageRecipient: ours = '' } = await tenant.status();
    const { '.sops.yaml': text = '' } = ((await tenant.get('ConfigMap', 'platform-sops'))['data'] ??
      {}) as Record<string, string>;
    return ours !== '' && recipientsIn(text).join() === expected(ours).join() ? { ours, text } : undefined;
  });
  return value;
}

/** The age recipients of a `.sops.yaml` or of an encrypted file. */
function recipientsIn(text: string): string[] {
  return text.match(/age1[0-9a-z]{58}/gu) ?? [];
}

/** The private keys that Flux has, by their names. */
async function readIdentities(): Promise<Record<string, string>> {
  const { data } = (await findDeployed(tenant, 'Secret', 'sops-age')) as { data?: Record<string, string> };
  return Object.fromEntries(
    Object.entries(data ?? {}).map(([key, value]) => {
      const [identity = ''] = /AGE-SECRET-KEY-\S+/u.exec(Buffer.from(value, 'base64').toString()) ?? [];
      return [key, identity];
    }),
  );
}

/** Adds keys to those that Flux has, or takes them away by null. */
async function changeIdentities(change: Record<string, string | null>): Promise<void> {
  const data = Object.entries(change).map(([key, value]) => {
    return [key, value === null ? null : Buffer.from(value).toString('base64')];
  });
  await tenant.patch(tenant.ref('Secret', 'sops-age'), { data: Object.fromEntries(data) as object });
}

/** Commits the encrypted Secret, with its `.sops.yaml`, and waits until Flux has applied that. */
async function deploy(encrypted: string, sopsYaml: string): Promise<void> {
  const revision = await fleet.commit({ [path]: encrypted, '.sops.yaml': sopsYaml });
  await tenant.reconcileNow();
  await untilReadyWith(tenant, 'Kustomization', 'base', revision);
}

test('a Secret that is encrypted by the generated .sops.yaml is decrypted in the cluster, by the key that was made', async () => {
  await applyBlueprint();
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  const { ours, text } = await untilSopsYaml((recipient) => [recipient]);
  const encrypted = await encrypt({ path, content: credentials('first'), sopsYaml: text });
  expect(recipientsIn(encrypted)).toEqual([ours]);
  expect(encrypted).toContain('name: credentials');
  expect(encrypted).not.toContain('first');
  await deploy(encrypted, text);
  await untilDeployed(tenant, 'Secret', 'credentials', { password: 'first' });
});

test('keys are rotated, and what is encrypted can be decrypted all the way', async () => {
  const { ours: old, text: before } = await untilSopsYaml((recipient) => [recipient]);
  const { uid } = (await untilDeployed(tenant, 'Secret', 'credentials', { password: 'first' })).metadata;
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);

  await changeIdentities({ 'new.agekey': identity });
  await applyBlueprint([recipient]);
  const { text: both } = await untilSopsYaml((ours) => [ours, recipient]);
  const { 'age.agekey': oldIdentity = '' } = await readIdentities();
  const second = await encrypt({ path, content: credentials('second'), sopsYaml: before });
  const toBoth = await updateKeys({ path, content: second, sopsYaml: both }, oldIdentity);
  expect(recipientsIn(toBoth)).toEqual([old, recipient]);
  await deploy(toBoth, both);
  await untilDeployed(tenant, 'Secret', 'credentials', { password: 'second' });

  await changeIdentities({ 'age.agekey': null });
  await tenant.reconcileNow();
  const { ours, text: after } = await untilSopsYaml((present) => [present]);
  expect(ours).toBe(recipient);
  const toNew = await updateKeys({ path, content: toBoth, sopsYaml: after }, identity);
  expect(recipientsIn(toNew)).toEqual([recipient]);
  await deploy(toNew, after);

  const third = await encrypt({ path, content: credentials('third'), sopsYaml: after });
  await deploy(third, after);
  const { metadata } = await untilDeployed(tenant, 'Secret', 'credentials', { password: 'third' });
  expect(metadata.uid).toBe(uid);
  expect(Object.keys(await readIdentities())).toEqual(['new.agekey']);
});

test('a file that is encrypted to a foreign key is the root cause, until it is encrypted to ours', async () => {
  const { text } = await untilSopsYaml((recipient) => [recipient]);
  const foreign = await identityToRecipient(await generateX25519Identity());
  const sopsYaml = stringify({ creation_rules: [{ encrypted_regex: '^(data|stringData)$', age: foreign }] });
  const content = credentials('fourth');
  await fleet.commit({ [path]: await encrypt({ path, content, sopsYaml }) });
  await tenant.reconcileNow();
  await untilCause(tenant, {
    object: 'Kustomization/base',
    says: /decryption failed for 'Secret.*credentials'.*did not match any of the recipients/su,
    blocks: ['Kustomization/apps'],
  });
  await untilDeployed(tenant, 'Secret', 'credentials', { password: 'third' });

  await deploy(await encrypt({ path, content, sopsYaml: text }), text);
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  await untilDeployed(tenant, 'Secret', 'credentials', { password: 'fourth' });
});
