import { execFileSync } from 'node:child_process';
import { chmod, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Files, makeFolder, writeFiles } from '../harness/files.ts';
import { Program, type Run, itemsOf } from './program.ts';

let program: Program;

beforeAll(async () => {
  program = await Program.bundle();
});

afterAll(() => program.remove());

const blueprint = (name: string, namespace?: string): string => `apiVersion: fluxblueprint.io/v1beta1
kind: FluxBlueprint
metadata: {name: ${name}${namespace === undefined ? '' : `, namespace: ${namespace}`}}
spec:
  sources: [{name: ${name}, git: {url: https://example.com/fleet.git, ref: {branch: main}}}]
`;

/** Makes a folder with these files. */
async function makeFiles(files: Files): Promise<string> {
  const folder = await makeFolder('inputs');
  await writeFiles(folder, files);
  return folder;
}

async function render(args: readonly string[], input = '', env: Record<string, string> = {}): Promise<Run> {
  return program.run(['render', '-o', 'json', ...args], input, env);
}

/** What was printed: `namespace/name` of each source, or what was said instead. */
function namesIn({ code, stdout, stderr }: Run): unknown {
  if (code !== 0) return stderr;
  return itemsOf(stdout).map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
}

test('several files are one input, and none is read twice', async () => {
  const folder = await makeFiles({
    'a.yaml': blueprint('a', 'x'),
    'b.yaml': blueprint('b', 'x'),
    'c.yaml': 'a: 1',
  });
  const run = await render(['b.yaml', 'a.yaml', './b.yaml', 'c.yaml'].map((name) => join(folder, name)));
  expect(namesIn(run)).toEqual(['x/b', 'x/a']);
});

test('of a folder every blueprint below it is read, in the order of names, and others are left alone', async () => {
  const folder = await makeFiles({
    'b.yaml': blueprint('b', 'x'),
    'a/deep/er/z.yml': blueprint('z', 'x'),
    'a/list.json': JSON.stringify({ kind: 'List', items: [] }),
    'a/template.yaml': 'a: {{ .Values.x }}\n',
    'c.txt': blueprint('text', 'x'),
    '.hidden/d.yaml': blueprint('hidden', 'x'),
    'node_modules/d.yaml': blueprint('package', 'x'),
    'image.yaml': '\0\u0001\u0002',
  });
  expect(namesIn(await render([folder]))).toEqual(['x/z', 'x/b']);
});

test('links are followed within the folder, not out of it, and not for ever', async () => {
  const outside = await makeFiles({ 'o.yaml': blueprint('outside', 'x'), 'sub/p.yaml': blueprint('p', 'x') });
  const folder = await makeFiles({ '..data/a.yaml': blueprint('a', 'x'), 'sub/b.yaml': blueprint('b', 'x') });
  // As a ConfigMap is mounted.
  await symlink(join(folder, '..data/a.yaml'), join(folder, 'a.yaml'));
  await symlink(join(folder, '..data/a.yaml'), join(folder, 'again.yaml'));
  await symlink(join(outside, 'o.yaml'), join(folder, 'o.yaml'));
  await symlink(join(outside, 'sub'), join(folder, 'out'));
  await symlink(folder, join(folder, 'sub', 'up'));
  await symlink(join(folder, 'nowhere'), join(folder, 'gone.yaml'));
  expect(namesIn(await render([folder]))).toEqual(['x/a', 'x/b']);
});

test('a folder that is a link itself is read', async () => {
  const folder = await makeFiles({ 'a.yaml': blueprint('a', 'x') });
  await symlink(folder, `${folder}-link`);
  expect(namesIn(await render([`${folder}-link`]))).toEqual(['x/a']);
});

test('a folder without a blueprint is an error', async () => {
  const folder = await makeFiles({ 'a.yaml': 'kind: ConfigMap\n' });
  const run = await render([folder]);
  expect([run.code, run.stderr]).toEqual([
    1,
    `error: ${folder}: the input holds no object of kind FluxBlueprint\n`,
  ]);
});

test('a problem of a file in a folder is told with the path of the file', async () => {
  const folder = await makeFiles({ 'sub/a.yaml': `${blueprint('a', 'x')}  layers: [{name: apps}]\n` });
  const { code, stderr } = await render([folder]);
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining(`error: ${folder}/sub/a.yaml: spec.layers[0]: a layer`),
  ]);
});

test('everything that cannot be read is told at once', async () => {
  const { code, stderr } = await render(['nowhere', 'git:main:x', 'nowhere.yaml'], '', { PATH: '/nowhere' });
  expect(code).toBe(1);
  expect(stderr.split('\n')).toEqual([
    expect.stringMatching(/^error: nowhere cannot be read: ENOENT/),
    'error: git:main:x cannot be read: the program git is not in the PATH: install it, or name a file',
    expect.stringMatching(/^error: nowhere\.yaml cannot be read: ENOENT/),
    '',
  ]);
});

test('what `kubectl get -A -o yaml` prints is rendered', async () => {
  const items = ['a', 'b'].map((name) => ({
    apiVersion: 'fluxblueprint.io/v1beta1',
    kind: 'FluxBlueprint',
    metadata: {
      name,
      namespace: 'x',
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"kind":"FluxBlueprint"}\n' },
      creationTimestamp: '2026-11-30T15:00:00Z',
      finalizers: ['fluxblueprint.io/finalizer'],
      generation: 3,
      resourceVersion: '12',
      uid: '5f3e1c1e-0000-4000-8000-000000000000',
    },
    spec: { sources: [{ name, git: { url: 'https://example.com/fleet.git', ref: { branch: 'main' } } }] },
    status: { observedGeneration: 3, conditions: [{ type: 'Ready', status: 'True', message: 'x' }] },
  }));
  const { toYaml } = await import('../../src/core/yaml/write-yaml.ts');
  const list = toYaml({ apiVersion: 'v1', kind: 'List', items, metadata: { resourceVersion: '' } });
  expect(namesIn(await render(['-'], list))).toEqual(['x/a', 'x/b']);
});

test('a device that never ends is read to a bound', async () => {
  const { code, stderr } = await render(['/dev/zero']);
  expect([code, stderr]).toEqual([1, 'error: /dev/zero: the input holds no object of kind FluxBlueprint\n']);
});

describe('the namespace of a blueprint that names none', () => {
  const kubeconfig = `current-context: here
contexts:
- {name: here, context: {cluster: c, user: u, namespace: mine}}
- {name: there, context: {cluster: c, user: u, namespace: yours}}
`;

  test.each<[string, string[], Record<string, string>, string]>([
    ['-n, if it is given', ['-n', 'given'], { HOME: 'home' }, 'given/a'],
    ['that of the current context of ~/.kube/config', [], { HOME: 'home' }, 'mine/a'],
    ['that of the files of KUBECONFIG', [], { KUBECONFIG: 'none:config', HOME: 'nowhere' }, 'mine/a'],
    ['that of another context', ['--context', 'there'], { HOME: 'home' }, 'yours/a'],
    ['that of another file', ['--kubeconfig', 'config'], { KUBECONFIG: 'none' }, 'mine/a'],
    ['default without a kubeconfig', [], { HOME: 'nowhere' }, 'default/a'],
    ['default if KUBECONFIG names no file', [], { KUBECONFIG: 'none', HOME: 'home' }, 'default/a'],
  ])('is %s', async (_, args, env, name) => {
    const folder = await makeFiles({ config: kubeconfig, 'home/.kube/config': kubeconfig });
    const isPath = (value: string): boolean => !value.startsWith('-') && !['given', 'there'].includes(value);
    const absolute = (value: string): string =>
      value
        .split(':')
        .map((part) => join(folder, part))
        .join(':');
    const run = await render(
      ['-', ...args.map((arg) => (isPath(arg) ? absolute(arg) : arg))],
      blueprint('a'),
      Object.fromEntries(Object.entries(env).map(([key, value]) => [key, absolute(value)])),
    );
    expect([namesIn(run), run.stderr]).toEqual([[name], '']);
  });

  test('is default, with a warning, if the kubeconfig is broken', async () => {
    const folder = await makeFiles({ '.kube/config': 'current-context: x\n' });
    const run = await render(['-'], blueprint('a'), { HOME: folder });
    expect([namesIn(run), run.stderr]).toEqual([
      ['default/a'],
      'warning: the kubeconfig has no context "x"; there are none: the namespace is default; name another with --namespace\n',
    ]);
  });

  test('is an error if the context, or the kubeconfig, that was asked for is not there', async () => {
    const folder = await makeFiles({ '.kube/config': kubeconfig });
    const context = await render(['-', '--context', 'ther'], blueprint('a'), { HOME: folder });
    expect([context.code, context.stderr]).toEqual([
      1,
      'error: the kubeconfig has no context "ther"; did you mean "there"?\n',
    ]);
    const file = await render(['-', '--kubeconfig', 'nowhere'], blueprint('a'));
    expect([file.code, file.stderr]).toEqual([
      1,
      expect.stringMatching(/^error: nowhere cannot be read: ENOENT/),
    ]);
  });

  test('is not looked for if every blueprint names its own', async () => {
    const run = await render(['-', '--kubeconfig', 'nowhere'], blueprint('a', 'own'));
    expect(namesIn(run)).toEqual(['own/a']);
  });
});

describe('with --env', () => {
  const environments =
    '  environments: [{name: staging}, {name: production}]\n  layers: [{name: apps, kustomization: {}}]\n';

  test('only the objects of the environment are printed, and those that all share', async () => {
    const run = await render(['-', '--env', 'staging'], blueprint('fleet', 'x') + environments);
    expect(namesIn(run)).toEqual(['x/fleet', 'x/apps-staging']);
  });

  test('a wrong name is an error with the nearest one', async () => {
    const { code, stdout, stderr } = await render(
      ['-', '--env', 'stagin'],
      blueprint('fleet', 'x') + environments,
    );
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('error: --env: no environment is named "stagin"; did you mean "staging"?\n');
  });
});

describe('a revision in Git', () => {
  let folder: string;
  let env: Record<string, string>;

  const git = (...args: string[]): void => {
    const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
    execFileSync('git', ['-C', folder, ...who, ...args], { stdio: 'pipe' });
  };

  /** Runs the program in the repository. */
  const renderThere = async (...args: string[]): Promise<Run> => render(args, '', env);

  beforeAll(async () => {
    folder = await makeFiles({
      'clusters/a.yaml': blueprint('a', 'x'),
      'clusters/sub/b.yaml': blueprint('b', 'x'),
      'clusters/other.yaml': 'a: {{ x }}\n',
      'clusters/large.json': 'x'.repeat(3_000_000),
    });
    await symlink('../secret.yaml', join(folder, 'clusters', 'link.yaml'));
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('commit', '-qm', 'first');
    git('tag', 'v1');
    await writeFile(join(folder, 'clusters/a.yaml'), blueprint('new', 'x'));
    git('commit', '-qam', 'second');
    env = { PATH: process.env['PATH'] ?? '', GIT_DIR: join(folder, '.git'), GIT_WORK_TREE: folder };
  });

  test.each([
    ['git:v1:clusters/a.yaml', ['x/a']],
    ['git:main:clusters/a.yaml', ['x/new']],
    ['git:main~1:clusters', ['x/a', 'x/b']],
    ['git:HEAD:.', ['x/new', 'x/b']],
    ['git:v1^{commit}:clusters/sub/', ['x/b']],
  ])('%s is read', async (argument, names) => {
    expect(namesIn(await renderThere(argument))).toEqual(names);
  });

  test('its files are named in messages as one could ask for them', async () => {
    const run = await renderThere('git:main:clusters/', 'git:v1:clusters/sub/b.yaml');
    expect(run.stderr).toContain(
      'error: git:v1:clusters/sub/b.yaml: metadata.name: FluxBlueprint x/b stands in the input twice',
    );
  });

  test.each([
    ['git:nowhere:clusters', 'git knows no commit "nowhere"'],
    [
      'git:v1:nowhere',
      'v1 has no path "nowhere": paths begin at the root of the repository, or with ./ here',
    ],
  ])('%s is an error that says what is not there', async (argument, why) => {
    const { code, stdout, stderr } = await renderThere(argument);
    expect([code, stdout, stderr]).toEqual([1, '', `error: ${argument} cannot be read: ${why}\n`]);
  });

  test('no option of git can be slipped in', async () => {
    const { code, stderr } = await renderThere(`git:--output=${join(folder, 'written')}:x`);
    expect([code, stderr]).toEqual([2, expect.stringContaining('it would be an option of git')]);
  });

  test('outside of a repository, what git says is passed on', async () => {
    const { code, stderr } = await render(['git:main:x'], '', {
      PATH: env['PATH'] ?? '',
      GIT_DIR: '/nowhere',
    });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^error: git:main:x cannot be read: (?:git says: not a git repository|git knows no commit)/,
      ),
    ]);
  });

  test('a repository with a broken object is an error', async () => {
    const broken = await makeFiles({ 'a.yaml': blueprint('a', 'x') });
    execFileSync('git', ['-C', broken, 'init', '-q']);
    execFileSync('git', ['-C', broken, 'add', '-A']);
    const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
    execFileSync('git', ['-C', broken, ...who, 'commit', '-qm', 'x']);
    const id = execFileSync('git', ['-C', broken, 'rev-parse', 'HEAD:a.yaml']).toString().trim();
    const object = join(broken, '.git/objects', id.slice(0, 2), id.slice(2));
    await chmod(dirname(object), 0o755);
    await rename(object, `${object}-gone`);
    const run = await render(['git:HEAD:.'], '', { PATH: env['PATH'] ?? '', GIT_DIR: join(broken, '.git') });
    expect([run.code, run.stderr]).toEqual([
      1,
      expect.stringMatching(/^error: git:HEAD:\. cannot be read: git /),
    ]);
  });
});
