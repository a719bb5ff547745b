import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Program, type Run } from './program.ts';

let program: Program;

const BLUEPRINT = `apiVersion: fluxblueprint.io/v1beta1
kind: FluxBlueprint
metadata:
  name: platform
  namespace: apps
spec:
  sources:
    - name: fleet
      git:
        url: https://example.com/fleet.git
  defaults:
    kustomization:
      interval: 5m
  layers:
    - name: base
      kustomization: {}
    - name: apps
      dependsOn: [base]
      kustomization: { interval: 7m }
`;

beforeAll(async () => {
  program = await Program.bundle();
  await program.write('platform.yaml', BLUEPRINT);
  await program.write('two.yaml', `${BLUEPRINT}---\n${BLUEPRINT.replace('name: platform', 'name: other')}`);
});

afterAll(() => program.remove());

/** Runs a command with a file of the folder in place of `@`, and names it so in what it prints. */
async function run(...args: string[]): Promise<Run> {
  const inFolder = (text: string): string => text.replace(/^@/, `${program.folder}/`);
  const { stdout, stderr, ...rest } = await program.run(args.map(inFolder));
  const short = (text: string): string => text.replaceAll(`${program.folder}/`, '@');
  return { ...rest, stdout: short(stdout), stderr: short(stderr) };
}

test('explain names the line of a field, and what it won over', async () => {
  const { code, stdout, stderr } = await run('explain', '@platform.yaml', 'Kustomization/apps.interval');
  expect([code, stderr]).toEqual([0, '']);
  const lines = stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
  expect(lines).toEqual([
    ['Kustomization/apps/apps', 'apps, @platform.yaml:17:7'],
    ['spec.interval', 'VALUE', 'FROM', 'WHY'],
    ['is', '7m', '@platform.yaml:19:34', 'written for it'],
    ['over', '5m', '@platform.yaml:13:17', 'default of the blueprint'],
    ['over', '10m', 'compiler', 'default of FluxBlueprint for every Kustomization'],
    [''],
  ]);
});

test('explain lists the objects, and prints data for programs', async () => {
  expect((await run('explain', '@platform.yaml')).stdout).toMatch(
    /^Kustomization\/apps\/base +base +@platform\.yaml:15:7$/m,
  );
  const { stdout } = await run('explain', '@platform.yaml', 'base', '-o', 'json');
  const data = JSON.parse(stdout) as { fields: { field: string; from: object[] }[] };
  expect(data.fields.find(({ field }) => field === 'spec.interval')?.from).toEqual([
    {
      by: 'blueprint',
      why: 'default of the blueprint',
      path: 'spec.defaults.kustomization.interval',
      place: '@platform.yaml:13:17',
    },
  ]);
});

test('graph draws a tree, and the other forms', async () => {
  const { code, stdout, stderr } = await run('graph', '@platform.yaml');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toBe(`▪ platform
│ critical path: 3 objects (★)
└ ★ GitRepository sources/fleet
  └ ★ Kustomization base
    └ ★ Kustomization apps
`);
  expect((await run('graph', '@platform.yaml', '-o', 'mermaid')).stdout).toMatch(/^flowchart LR\n/);
  expect((await run('graph', '@platform.yaml', '-o', 'dot')).stdout).toMatch(/^digraph "platform" \{\n/);
  expect((await run('graph', '@platform.yaml', '-o', 'svg')).stdout).toMatch(/^<svg .*<\/svg>\n$/s);
  expect((await run('graph', '@platform.yaml', '-o', 'html')).stdout).toMatch(/^<!doctype html>\n/);
  expect((await run('graph', '@platform.yaml', '--layers')).stdout).toContain('★ apps  1 object');
});

test.each(['graph', 'explain'])('%s tells in a sentence what is wrong with its input', async (command) => {
  expect(await run(command, '@missing.yaml')).toMatchObject({ code: 1, stdout: '' });
  const two = await run(command, '@two.yaml');
  expect([two.code, two.stderr]).toEqual([
    1,
    'error: there are 2 blueprints, such as platform, other: name one by --blueprint, or its file\n',
  ]);
  expect((await run(command, '@two.yaml', '--blueprint', 'other')).code).toBe(0);
  await program.write('wrong.yaml', BLUEPRINT.replace('[base]', '[bas]'));
  const wrong = await run(command, '@wrong.yaml');
  expect([wrong.code, wrong.stdout]).toEqual([1, '']);
  expect(wrong.stderr).toBe(
    'error: @wrong.yaml:18:19: spec.layers[1].dependsOn[0]: no layer or component is named "bas"; did you mean "base"?\n',
  );
});

test('an object that is not there is told with the nearest one', async () => {
  const { code, stderr } = await run('explain', '@platform.yaml', 'Kustomization/bas');
  expect(code).toBe(1);
  expect(stderr).toContain('no object is named "Kustomization/bas"; did you mean "Kustomization/base"?');
});
