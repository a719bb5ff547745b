import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { Program, itemsOf } from './program.ts';

let program: Program;

beforeAll(async () => {
  program = await Program.bundle();
});

afterAll(() => program.remove());

const golden = fileURLToPath(new URL('../golden/', import.meta.url));

const smallest = (name: string, namespace?: string): string => `apiVersion: fluxblueprint.io/v1beta1
kind: FluxBlueprint
metadata: {name: ${name}${namespace === undefined ? '' : `, namespace: ${namespace}`}}
spec:
  sources: [{name: ${name}, git: {url: https://example.com/fleet.git, ref: {branch: main}}}]
`;

test('a file is printed as the YAML of its objects, in the order in which they are applied', async () => {
  const { code, stdout, stderr } = await program.run(['render', join(golden, 'platform/blueprint.yaml')]);
  expect(code).toBe(0);
  // The sample follows the tag `latest` on purpose, as the patterns do.
  expect(stderr).toMatch(/^warning: \S+: spec\.sources\[1\]\.oci\.ref\.tag: [^\n]*\n$/);
  expect(stdout).toBe(await readFile(join(golden, 'platform/objects.yaml'), 'utf8'));
});

test('every golden blueprint is printed, or refused with exit code 1 and nothing on standard output', async () => {
  const names = (await readdir(golden)).filter((_, i) => i % 6 === 0);
  for (const name of names) {
    const files = await readdir(join(golden, name));
    const run = await program.run(['render', join(golden, name, 'blueprint.yaml')]);
    // Findings are printed, and are no errors.
    const errors = run.stderr.split('\n').filter((line) => line !== '' && !/^(?:warning|info): /.test(line));
    if (files.includes('objects.yaml'))
      expect({ name, code: run.code, errors }).toEqual({ name, code: 0, errors: [] });
    else expect({ name, code: run.code, stdout: run.stdout }).toEqual({ name, code: 1, stdout: '' });
  }
});

test('as JSON it is a List with the same objects', async () => {
  const file = join(golden, 'platform/blueprint.yaml');
  const json = await program.run(['render', file, '-o', 'json']);
  const yaml = await program.run(['render', file]);
  expect(JSON.parse(json.stdout)).toMatchObject({ apiVersion: 'v1', kind: 'List' });
  expect(itemsOf(json.stdout)).toEqual(
    parseAllDocuments(yaml.stdout).map((document) => document.toJS() as unknown),
  );
});

test('a hyphen reads standard input', async () => {
  const { code, stdout } = await program.run(['render', '-', '-o', 'json'], smallest('fleet', 'apps'));
  expect(code).toBe(0);
  expect(
    itemsOf(stdout).map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`),
  ).toEqual(['GitRepository apps/fleet']);
});

test('a blueprint in JSON is read as well', async () => {
  const blueprint = {
    apiVersion: 'fluxblueprint.io/v1beta1',
    kind: 'FluxBlueprint',
    metadata: { name: 'a', namespace: 'b' },
    spec: { sources: [{ name: 'fleet', git: { url: 'https://example.com/fleet.git' } }] },
  };
  const { code, stdout } = await program.run(['render', '-', '-o', 'json'], JSON.stringify(blueprint));
  expect([code, itemsOf(stdout).length]).toEqual([0, 1]);
});

test('all blueprints of several documents are printed, other kinds are passed over', async () => {
  const input = [smallest('one', 'a'), 'kind: ConfigMap\n', '', smallest('two', 'b')].join('---\n');
  const { code, stdout } = await program.run(['render', '-', '-o', 'json'], input);
  expect(code).toBe(0);
  expect(itemsOf(stdout).map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`)).toEqual([
    'a/one',
    'b/two',
  ]);
});

test.each([
  [
    ['-n', 'apps'],
    ['apps', 'own'],
  ],
  [
    ['--namespace', 'apps'],
    ['apps', 'own'],
  ],
  [[], ['default', 'own']],
])(
  'with %j a blueprint without a namespace gets that one, and one with keeps its own',
  async (args, namespaces) => {
    const input = `${smallest('one')}---\n${smallest('two', 'own')}`;
    const { stdout } = await program.run(['render', '-', '-o', 'json', ...args], input);
    expect(itemsOf(stdout).map(({ metadata }) => metadata.namespace)).toEqual(namespaces);
  },
);

test('every problem is a line on standard error with the input and the place, and the exit code is 1', async () => {
  const input = `${smallest('fleet', 'apps')}  layers:\n    - {name: apps, dependsOn: [nowhere], kustomization: {intervall: 5m}}\n`;
  const file = await program.write('wrong.yaml', input);
  const { code, stdout, stderr } = await program.run(['render', file]);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr.split('\n')).toEqual([
    `error: ${file}: spec.layers[0].dependsOn[0]: no layer or component is named "nowhere"; known are apps`,
    `error: ${file}: spec.layers[0].kustomization.intervall: unknown field; did you mean "interval"?`,
    '',
  ]);
});

test('of several blueprints the one with the problem is named, and none is printed', async () => {
  const wrong = `${smallest('two', 'b')}  layers: [{name: apps}]\n`;
  const { code, stdout, stderr } = await program.run(['render', '-'], `${smallest('one', 'a')}---\n${wrong}`);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toBe(
    'error: standard input: FluxBlueprint two: spec.layers[0]: a layer needs exactly one of kustomization, helmRelease, object, components\n',
  );
});

test('a file that does not exist is reported with its name, and the exit code is 1', async () => {
  const { code, stdout, stderr } = await program.run(['render', join(program.folder, 'nowhere.yaml')]);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^error: \S*nowhere\.yaml cannot be read: ENOENT/);
});

test.each([
  ['a list that does not end', 'kind: FluxBlueprint\nspec: [\n', /line 3, column 1: Flow sequence/],
  ['a key twice', 'kind: FluxBlueprint\nspec: {}\nspec: {}\n', /line 3, column 1: Map keys must be unique/],
  [
    'a tab for spaces',
    'kind: FluxBlueprint\nspec:\n\tsources: []\n',
    /line 3, column 1: Tabs are not allowed/,
  ],
])('a mistake in the YAML is reported with its line: %s', async (_, input, message) => {
  const { code, stderr } = await program.run(['render', '-'], input);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: standard input: line /);
  expect(stderr).toMatch(message);
});

test('a file that is not UTF-8 is refused with what to do', async () => {
  const name = 'other-encoding.yaml';
  const file = await program.write(name, Buffer.from(`\ufeff${smallest('fleet')}`, 'utf16le'));
  const utf16 = await program.run(['render', file]);
  expect([utf16.code, utf16.stderr]).toEqual([1, `error: ${file}: is UTF-16; save it as UTF-8\n`]);
  await program.write(name, Buffer.from(`${smallest('fleet')}# f\u00fcr`, 'latin1'));
  const latin1 = await program.run(['render', file]);
  expect([latin1.code, latin1.stderr]).toEqual([
    1,
    `error: ${file}: line 6, column 4: the byte 0xFC is no UTF-8; save the file as UTF-8\n`,
  ]);
});

test.each([
  ['nothing', ''],
  ['no blueprint', 'kind: ConfigMap\n'],
])('an input that holds %s is an error', async (_, input) => {
  const { code, stderr } = await program.run(['render', '-'], input);
  expect([code, stderr]).toEqual([
    1,
    'error: standard input: the input holds no object of kind FluxBlueprint\n',
  ]);
});

test('a YAML bomb is refused before it grows', async () => {
  const lines = Array.from({ length: 12 }, (_, i) => {
    const item = i === 0 ? 'x' : `*a${i - 1}`;
    return `a${i}: &a${i} [${Array.from({ length: 9 }, () => item).join(', ')}]`;
  });
  const { code, stdout, stderr } = await program.run(
    ['render', '-'],
    `kind: FluxBlueprint\n${lines.join('\n')}\n`,
  );
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/alias/i);
});

test('4 MB of input are refused with the most that is read', async () => {
  const input = `kind: FluxBlueprint\nspec: ${'x'.repeat(4 * 1024 * 1024)}\n`;
  const { code, stderr } = await program.run(['render', '-'], input);
  expect([code, stderr]).toEqual([
    1,
    'error: standard input: line 1, column 1: the blueprint has more bytes as JSON than the largest object that a cluster stores, 1572864: split it into several blueprints\n',
  ]);
});

test('an input nested without end is an error and no crash', async () => {
  const depth = 100_000;
  const input = `{"kind": "FluxBlueprint", "spec": ${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;
  const { code, stderr } = await program.run(['render', '-'], input);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: standard input: /);
});

test('a reader that has seen enough is no error', async () => {
  const layers = Array.from({ length: 200 }, (_, i) => `    - {name: layer-${i}, kustomization: {}}`).join(
    '\n',
  );
  const child = program.start(['render', '-']);
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('the streams are piped');
  let reported = '';
  stderr.on('data', (data: Buffer) => (reported += data.toString()));
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  // As `| head -0`: closed before the first byte comes.
  stdout.destroy();
  stdin.end(`${smallest('fleet', 'apps')}  layers:\n${layers}\n`);
  expect([await code, reported]).toEqual([0, '']);
});

test.each([
  ['no command', []],
  ['an unknown command', ['rendre', 'file']],
  ['no file', ['render']],
  ['standard input twice', ['render', '-', '-']],
  ['an unknown option', ['render', '-', '--colour']],
  ['an unknown output', ['render', '-', '-o', 'xml']],
  ['an option without its value', ['render', '-', '-n']],
])('%s is wrong usage, reported with exit code 2', async (_, args) => {
  const { code, stdout, stderr } = await program.run(args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/--help|Usage: fluxblueprint/);
});

test('help lists the commands, and says how to use render', async () => {
  const help = await program.run(['--help']);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  for (const word of ['operator', 'render', '--version']) expect(help.stdout).toContain(word);
  const render = await program.run(['render', '--help']);
  expect(render).toMatchObject({ code: 0, stderr: '' });
  for (const word of ['<file...>', '--output', '--namespace', '--live', 'standard', 'applied'])
    expect(render.stdout).toContain(word);
});

test('the version is that of the package', async () => {
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  expect(await program.run(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('what Enforce refuses is an error, and nothing is printed', async () => {
  const blueprint = await readFile(join(golden, 'platform/blueprint.yaml'), 'utf8');
  const { code, stdout, stderr } = await program.run(
    ['render', '-'],
    `${blueprint}  policy: { antiPatterns: Enforce }\n`,
  );
  expect([code, stdout]).toEqual([1, '']);
  // It is told once, and not as a warning too.
  expect(stderr).toMatch(/^error: standard input: spec\.sources\[1\]\.oci\.ref\.tag: [^\n]*\n$/);
});
