import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Program, type Run } from '../program.ts';

let program: Program;

beforeAll(async () => {
  program = await Program.bundle();
});

afterAll(() => program.remove());

const kubeconfig = (server: string, context = 'production'): string => `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: '${server}'}}]
users: [{name: u, user: {token: t0ken}}]
contexts:
- {name: production, context: {cluster: c, user: u}}
- {name: lost, context: {cluster: gone, user: u}}
current-context: ${context}
`;

/** Runs `get` with a kubeconfig of this content; without one where it is undefined. */
async function get(content: string | undefined, ...args: string[]): Promise<Run> {
  if (content === undefined) return program.run(['get', ...args], '', { HOME: program.folder });
  const file = await program.write('kubeconfig', content);
  return program.run(['get', ...args, '--kubeconfig', file], '', {});
}

/** Fails with one sentence on standard error. */
function expectSentence({ code, stdout, stderr }: Run, says: RegExp): void {
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^✗ [^\n]+\n$/);
  expect(stderr).toMatch(says);
  expect(stderr).not.toContain('t0ken');
}

// Nothing listens on port 1 of this machine.
const NOBODY = 'https://127.0.0.1:1';

test('a cluster that does not answer is told, with its context', async () => {
  expectSentence(
    await get(kubeconfig(NOBODY)),
    /the cluster of context production \(https:\/\/127\.0\.0\.1:1\) does not answer \(.*ECONNREFUSED.*\): see whether it runs/,
  );
});

test('a wrong context is told with the nearest one', async () => {
  expectSentence(
    await get(kubeconfig(NOBODY), '--context', 'prodution'),
    /has no context "prodution"; did you mean "production"\?/,
  );
  expectSentence(
    await get(kubeconfig(NOBODY, '""')),
    /has no current context: choose one by --context of production, lost/,
  );
  expectSentence(await get(kubeconfig(NOBODY, 'lost')), /lacks the cluster of its context "lost"/);
});

test('a kubeconfig that is missing or broken is told', async () => {
  expectSentence(await get(undefined), /there is no kubeconfig: name one by --kubeconfig or KUBECONFIG/);
  expectSentence(
    await get(undefined, '--kubeconfig', '/nowhere/config'),
    /the kubeconfig cannot be read: ENOENT/,
  );
  expectSentence(await get('a: [b\ntoken: t0ken'), /the kubeconfig cannot be read: /);
  expectSentence(await get('just text'), /the kubeconfig /);
  expectSentence(await get(kubeconfig('nowhere')), /is no URL/);
});

test.each([
  'get',
  'status',
  'history',
  'events',
  'reconcile',
  'suspend',
  'resume',
  'wait',
  'diff',
  'plan',
  'approve',
  'rollback',
])('%s explains itself', async (command) => {
  const { code, stdout } = await program.run([command, '--help']);
  expect(code).toBe(0);
  for (const flag of ['--namespace', '--context', '--kubeconfig', '--timeout', '--no-color'])
    expect(stdout).toContain(flag);
});

test('without the name that it needs, a command is used wrongly', async () => {
  const { code, stderr } = await program.run(['suspend']);
  expect([code, stderr]).toEqual([2, expect.stringContaining("missing required argument 'name'")]);
});
