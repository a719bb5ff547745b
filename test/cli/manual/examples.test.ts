import { type ExecFileException, execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ENTRIES } from '../../../src/cli/manual/entries.ts';
import type { Entry } from '../../../src/cli/manual/entry.ts';
import { buildProgram } from '../../control-plane/index.ts';
import { chainSpec } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { makePerson } from '../cluster/people.ts';
import { Program } from '../program.ts';

let program: Program;
let cluster: TestCluster;
let sops: string;

beforeAll(async () => {
  program = await Program.bundle();
  cluster = await startTestCluster();
  sops = (await buildProgram('sops')).path;
});

beforeEach(() => writeFolder());

afterAll(async () => {
  await cluster.stop();
  await program.remove();
});

/** The repository that examples are run in. */
async function writeFolder(): Promise<void> {
  const sample = await readFile(new URL('../../../config/samples/monorepo.yaml', import.meta.url), 'utf8');
  const files = {
    'blueprints/platform.yaml': sample,
    'clusters/production/apps.yaml': `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {interval: 10m, path: ./apps, prune: true, sourceRef: {kind: GitRepository, name: fleet}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: fleet, namespace: flux-system}
spec: {interval: 10m, url: 'https://github.com/org/repo', ref: {branch: main}}
`,
    'secrets/app.yaml':
      'apiVersion: v1\nkind: Secret\nmetadata: {name: app}\nstringData: {password: hunter2}\n',
  };
  for (const [file, content] of Object.entries(files)) {
    const path = join(program.folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

/** Those that are run where the whole cluster is theirs. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  operator: 'test/cli/operator.test.ts',
  check: 'test/cli/admin/check.test.ts',
  uninstall: 'test/cli/admin/install.test.ts',
  diff: 'test/cli/workflow.test.ts',
  trace: 'test/cli/cluster/explore.test.ts',
  logs: 'test/cli/cluster/explore.test.ts',
  plan: 'test/cli/cluster/approve.test.ts',
  approve: 'test/cli/cluster/approve.test.ts',
  rollback: 'test/cli/cluster/approve.test.ts',
};

/** What has to be done before. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  resume: ['suspend'],
  'sops encrypt': ['sops rules'],
  'sops rotate': ['sops rules', 'sops encrypt'],
  'sops check': ['sops rules', 'sops encrypt'],
};

interface Ended {
  code: number | string | undefined;
  stdout: string;
  stderr: string;
}

/** Runs an example in bash, in the repository, with the tenant's namespace in place of `flux-system`. */
function runExample(example: string, namespace: string, kubeconfig: string): Promise<Ended> {
  const quote = (word: string): string => `'${word}'`;
  const call = [process.execPath, program.file].map(quote).join(' ');
  const script = `fluxblueprint() { ${call} "$@"; }\n${example.replaceAll('flux-system', namespace)}`;
  const env = {
    PATH: `${dirname(sops)}:${process.env['PATH'] ?? ''}`,
    HOME: program.folder,
    KUBECONFIG: kubeconfig,
  };
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['-c', script],
      { cwd: program.folder, env },
      (error: ExecFileException | null, stdout, stderr) => {
        resolve({ code: error === null ? 0 : (error.code ?? 1), stdout, stderr });
      },
    );
  });
}

/** The rules of RBAC that an entry names for its namespace; what it needs only in some cases is left out. */
function rulesOf({ rights }: Entry): object[] {
  if (typeof rights === 'string') return [];
  return rights
    .filter(({ scope, resource }) => scope === undefined && !resource.includes(' '))
    .map(({ verbs, resource }) => {
      const [plural = '', ...group] = resource.split('.');
      return { apiGroups: [group.join('.')], resources: [plural], verbs };
    });
}

test.each(Object.keys(ENTRIES).filter((words) => ELSEWHERE[words] === undefined))(
  'the example of %s runs with the rights that are named',
  async (words) => {
    const entry = ENTRIES[words];
    if (entry === undefined) throw new Error('it is one of them');
    const tenant = await Tenant.open(cluster.client);
    await tenant.applyBlueprint({ ...chainSpec('base'), ...(NEEDS_SOPS.test(words) ? SOPS : {}) });
    await tenant.bringUp();
    for (const other of BEFORE[words] ?? [])
      await runExample(ENTRIES[other]?.example ?? '', tenant.namespace, cluster.controlPlane.kubeconfigPath);
    const kubeconfig = await makePerson(cluster.controlPlane, tenant, rulesOf(entry));
    const ended = await waitFor('it succeeds', async () => {
      const run = await runExample(entry.example, tenant.namespace, kubeconfig);
      // The rights are in force a moment later.
      if (run.code !== 0 && run.stderr.includes('you may not')) throw new Error(run.stderr);
      return run;
    });
    expect(ended).toMatchObject({ code: 0 });
    expect(`${ended.stdout}${ended.stderr}`).not.toMatch(/AGE-SECRET-KEY|hunter2/);
  },
);

/** Those that work with the key and the rules of a blueprint. */
const NEEDS_SOPS = /^sops (?!keygen)/;

const SOPS = { secrets: { sops: { secretRef: { name: 'sops-age' }, age: { generate: true } } } };
