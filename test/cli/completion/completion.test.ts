import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chainSpec } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { TestClient } from '../../harness/api-server/client.ts';
import { sharedControlPlane } from '../../harness/jest/shared-control-plane.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { Program } from '../program.ts';

let program: Program;
let client: TestClient;
let tenant: Tenant;

beforeAll(async () => {
  program = await Program.bundle();
  client = await TestClient.connect(sharedControlPlane().kubeconfigPath);
  tenant = await Tenant.open(client);
  await tenant.applyBlueprint(chainSpec('base', 'apps'));
});

afterAll(async () => {
  await tenant.deleteBlueprint();
  await client.close();
  await program.remove();
});

/** What may follow, without descriptions; the last says whether files may. */
async function complete(...words: string[]): Promise<string[]> {
  const env = { KUBECONFIG: sharedControlPlane().kubeconfigPath };
  const { code, stdout, stderr } = await program.run(['__complete', '--', ...words], '', env);
  expect([code, stderr]).toEqual([0, '']);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t')[0] ?? '');
}

test('commands are completed, and none that is hidden', async () => {
  expect(await complete('re')).toEqual(['render', 'reconcile', 'resume', ':4']);
  expect(await complete('')).not.toContain('__complete');
  expect(await complete('nonsense', '')).toEqual([':4']);
});

test('flags are completed, and what they choose from', async () => {
  expect(await complete('reconcile', 'platform', '--w')).toEqual(['--with-source', '--wait', ':4']);
  expect(await complete('lint', '-o', '')).toEqual(['text', 'json', 'yaml', 'sarif', 'github', ':4']);
  expect(await complete('lint', '--output=s')).toEqual(['--output=sarif', ':4']);
  expect(await complete('completion', '')).toEqual(['bash', 'zsh', 'fish', 'powershell', ':4']);
});

test('files are left to the shell', async () => {
  expect(await complete('render', '')).toEqual([':0']);
  expect(await complete('render', 'a.yaml', '')).toEqual([':0']);
  expect(await complete('get', '--kubeconfig', '')).toEqual([':0']);
});

/** A cluster that is slow is not waited for, so that the names may take more than one tab. */
async function untilCompleted(words: readonly string[], expected: readonly string[]): Promise<void> {
  await waitFor(`${words.join(' ')} is completed`, async () => {
    expect(await complete(...words)).toEqual([...expected, ':4']);
    return true;
  });
}

test('names come from the cluster of the line', async () => {
  const { namespace } = tenant;
  await untilCompleted(['get', '-n', namespace.slice(0, -1)], [namespace]);
  await untilCompleted(['status', '-n', namespace, ''], ['platform']);
  await untilCompleted(['reconcile', 'platform', '-n', namespace, '--layer', ''], ['base', 'apps']);
  expect(await complete('status', `--namespace=${namespace}`, 'q')).toEqual([':4']);
  expect(await complete('get', '--context', '')).toEqual([expect.stringMatching(/^[^:]/), ':4']);
});

test('a cluster that cannot be asked leaves names out, silently', async () => {
  expect(await complete('status', '--kubeconfig', '/nowhere', '')).toEqual([':4']);
  expect(await complete('status', '--context', 'nowhere', '')).toEqual([':4']);
  const kubeconfig = await program.write(
    'nobody',
    `{apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c}}],
      clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}], users: []}`,
  );
  expect(await complete('status', '--kubeconfig', kubeconfig, '')).toEqual([':4']);
});

test('lines that no shell sends are answered too', async () => {
  expect(await complete()).toContain('get');
  expect(await complete('get', '--', '-')).toEqual([':4']);
  expect(await complete('get', '--unknown', '-x=', '--output')).toEqual(['--output', ':4']);
  expect(await complete('\u001b[31m', '\n')).toEqual([':4']);
});
