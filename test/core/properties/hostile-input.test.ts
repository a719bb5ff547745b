import { expect, test } from '@jest/globals';
import { compile } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import type { Problem } from '../../../src/core/validation/problem.ts';
import { MAX_INPUT_BYTES, readBlueprints } from '../../../src/core/yaml/read-blueprints.ts';
import { cheapestOf, measureCpu } from '../cpu-time.ts';
import { FLEET, blueprintOf, problemsOf } from '../compiling.ts';
import { goldenNames, readGolden } from '../golden/golden.ts';

/** How many times the work of reading a blueprint of ordinary size one may take that is refused. */
const MOST_WORK = 20;

const HEAD = 'apiVersion: fluxblueprint.io/v1beta1\nkind: FluxBlueprint\nmetadata: {name: a, namespace: b}\n';

/** A thousand components, as people write them: some 100 kB. */
const ORDINARY = `${HEAD}spec:\n  layers:\n${Array.from({ length: 10 }, (_, i) => `    - name: l${i}\n      components:\n${Array.from({ length: 100 }, (__, j) => `        - name: c${j}\n          objectName: l${i}-c${j}\n          source: fleet\n          kustomization:\n            interval: 20m\n`).join('')}`).join('')}  sources: [{name: fleet, git: {url: https://example.com/fleet.git}}]\n`;

let ordinary: number | undefined;

/**
 * Does something, and expects that it takes no more than {@link MOST_WORK} times the CPU time of an ordinary blueprint.
 * One measure may have the garbage of all tests before in it, so what seems too much is measured again.
 */
function within<T>(work: () => T): T {
  ordinary ??= cheapestOf([() => refuse(ORDINARY)])[0] ?? 0;
  const { result, cost } = measureCpu(work);
  const most = MOST_WORK * ordinary;
  expect(cost < most ? cost : cheapestOf([work])[0]).toBeLessThan(most);
  return result;
}

/** Why a text is refused, by whoever refuses it. */
function refuse(text: string): Problem[] {
  const read = readBlueprints(text);
  if (!read.ok) return read.problems;
  return read.blueprints.flatMap((blueprint) => {
    const compiled = compile(blueprint, offlineContext());
    return compiled.ok ? [] : compiled.problems;
  });
}

function bomb(levels: number, width: number): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i <= levels; i++)
    lines.push(`a${i}: &a${i} [${Array.from({ length: width }, () => `*a${i - 1}`).join(', ')}]`);
  return `${HEAD}spec:\n  x: *a${levels}\n${lines.join('\n')}\n`;
}

test.each<[string, string]>([
  ['a bomb of lists', `${bomb(9, 9).replace(/spec:\n.*\n/, '')}spec: {x: *a9}\n`],
  [
    'a bomb of merge keys',
    `${HEAD}${Array.from({ length: 12 }, (_, i) => `m${i}: &m${i} {${i === 0 ? 'a: b' : `x: *m${i - 1}, y: *m${i - 1}, z: *m${i - 1}`}}`).join('\n')}\nspec: {x: *m11}\n`,
  ],
  ['an anchor in itself', `${HEAD}spec: &a {layers: [*a]}\n`],
  ['an alias of nothing', `${HEAD}spec: *nothing\n`],
  ['brackets without an end', `${HEAD}spec: ${'['.repeat(5_000)}\n`],
  ['maps without an end', `${HEAD}spec: ${'{a: '.repeat(5_000)}\n`],
  [
    'indentation without an end',
    `${HEAD}spec:\n${Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i + 1)}a:\n`).join('')}`,
  ],
  ['a tag of code', `${HEAD}spec: !!js/function 'function () { return 1 }'\n`],
  ['more bytes than a cluster stores', `${HEAD}spec: {x: "${'y'.repeat(MAX_INPUT_BYTES)}"}\n`],
  ['commas', `${HEAD}spec: [${','.repeat(500_000)}]\n`],
  ['numbers', `${HEAD}spec: [${'1,'.repeat(500_000)}]\n`],
  ['ends of maps', `${HEAD}spec: ${'}'.repeat(500_000)}\n`],
  ['escapes that YAML does not know', `${HEAD}spec: "${'\\q'.repeat(500_000)}"\n`],
  ['line breaks in a quoted text', `${HEAD}spec: "${'a\n'.repeat(500_000)}"\n`],
  ['tags', `${HEAD}spec: [${'!a 1,'.repeat(200_000)}]\n`],
  [
    'anchors and their uses',
    `${HEAD}spec: [${Array.from({ length: 50_000 }, (_, i) => `&a${i} 1, *a${i}, `).join('')}]\n`,
  ],
  ['documents', '---\n'.repeat(300_000)],
  ['blank lines', `${HEAD}spec: 5${'\n'.repeat(1_000_000)}`],
  ['lines that are no YAML', `${HEAD}${'x y\n'.repeat(300_000)}`],
  ['the same key twice', `${HEAD}spec: {layers: [], layers: []}\n`],
  ['no characters that YAML knows', `${HEAD}spec: "\u0000\u0001"\n`],
])('%s ends in problems', (_, text) => {
  expect(within(() => refuse(text)).length).toBeGreaterThan(0);
});

test('an anchor may be used as often as there are components', () => {
  const layers = Array.from({ length: 4 }, (_, i) => {
    const components = Array.from(
      { length: 450 },
      (__, j) => `{name: c${j}, objectName: l${i}-c${j}, kustomization: *k}`,
    );
    return `{name: l${i}, components: [${components.join(', ')}]}`;
  });
  const sources = '[{name: fleet, git: {url: https://example.com/fleet.git}}]';
  const text = `${HEAD}spec: {defaults: {kustomization: &k {interval: 20m}}, sources: ${sources}, layers: [${layers.join(', ')}]}\n`;
  expect(within(() => refuse(text))).toEqual([]);
});

test('a message about depth speaks of the input, not of the stack', () => {
  const problems = refuse(`${HEAD}spec: ${'['.repeat(50_000)}${']'.repeat(50_000)}\n`);
  expect(new Set(problems.map(({ message }) => message))).toEqual(new Set(['is nested too deep to be read']));
});

/** Sets every text of a value, one after the other. */
function eachText(value: unknown, text: string, visit: () => void): void {
  if (typeof value !== 'object' || value === null) return;
  const parent = value as Record<string, unknown>;
  for (const [key, field] of Object.entries(parent)) {
    if (typeof field === 'string') {
      parent[key] = text;
      visit();
      parent[key] = field;
    } else {
      eachText(field, text, visit);
    }
  }
}

test.each(goldenNames().filter((name) => /^(platform|environments-merged|objects|sops-rules)$/.test(name)))(
  'a text of a megabyte anywhere in %s is refused or passed through, at once',
  (name) => {
    const input = readGolden(name);
    for (const text of ['x', '\u{1f600}'].map((one) => one.repeat(1_000_000 / one.length))) {
      eachText(input, text, () => {
        const compiled = within(() => compile(input, offlineContext()));
        const messages = compiled.ok ? [] : compiled.problems.map(({ message }) => message.length);
        expect(Math.max(0, ...messages)).toBeLessThan(2000);
      });
    }
  },
);

function nest(depth: number, wrap: (value: unknown) => unknown): unknown {
  let value: unknown = 'bottom';
  for (let i = 0; i < depth; i++) value = wrap(value);
  return value;
}

test.each<[string, (value: unknown) => unknown]>([
  ['lists', (value) => [value]],
  ['maps', (value) => ({ a: value })],
  ['layers', (value) => ({ name: 'a', components: [value] })],
  ['environments', (value) => ({ environments: [{ name: 'a', layers: [value] }] })],
])('%s a hundred levels deep, where they do not belong, are refused', (_, wrap) => {
  const deep = nest(100, wrap);
  for (const spec of [
    { layers: deep },
    { layers: [deep] },
    { sources: [FLEET], environments: [{ name: 'a', layers: deep, defaults: deep, variables: deep }] },
    { sources: [FLEET], environments: [{ name: 'a', secrets: { sops: deep } }] },
    { secrets: { sops: { creationRules: [deep] }, externalSecrets: [deep] } },
    { notifications: { alerts: [deep], receivers: deep } },
  ])
    expect(within(() => problemsOf(spec)).length).toBeGreaterThan(0);
});

test('as many edges as the schema allows are drawn, or refused, in time', () => {
  const layers = Array.from({ length: 200 }, (_, i) => ({
    name: `l${i}`,
    dependsOn: Array.from({ length: Math.min(i, 100) }, (__, j) => `l${i - j - 1}`),
    components: Array.from({ length: 9 }, (__, j) => ({
      name: `c${j}`,
      objectName: `l${i}-c${j}`,
      kustomization: {},
    })),
  }));
  const compiled = within(() => compile(blueprintOf({ sources: [FLEET], layers }), offlineContext()));
  expect(compiled.ok && compiled.desired.objects).toHaveLength(1801);
});

test('environments, layers and omissions as many as the schema allows are refused in time', () => {
  const layers = Array.from({ length: 200 }, (_, i) => ({
    name: `l${i}`,
    dependsOn: i === 0 ? [] : [`l${i - 1}`],
    components: Array.from({ length: 100 }, (__, j) => ({ name: `c${j}`, kustomization: {} })),
  }));
  const environments = Array.from({ length: 50 }, (_, i) => ({
    name: `e${i}`,
    layers: layers.map(({ name }) => ({ name, omit: true })),
  }));
  const problems = within(() => problemsOf({ sources: [FLEET], layers, environments }));
  expect(problems).toEqual([]);
  const added = environments.map((environment) => ({ ...environment, layers: [] }));
  expect(within(() => problemsOf({ sources: [FLEET], layers, environments: added }))).toMatchObject([
    { rule: 'too-many' },
  ]);
});

test('names of a prototype are names like others', () => {
  const names = ['constructor', 'tostring', 'hasownproperty', 'valueof', 'prototype'];
  const spec = JSON.parse(
    JSON.stringify({
      sources: [FLEET],
      layers: names.map((name, i) => ({ name, dependsOn: names.slice(0, i), kustomization: {} })),
      environments: names.map((name) => ({ name, layers: [{ name: 'constructor', omit: true }] })),
    }),
  ) as unknown;
  expect(problemsOf(spec)).toEqual([]);
  const polluting = JSON.parse(
    '{"environments": [{"name": "a", "variables": {"__proto__": {"polluted": 1}}, "defaults": {"__proto__": {"polluted": 1}, "kustomization": {"__proto__": {"polluted": 1}}}, "layers": [{"name": "__proto__", "__proto__": {"omit": true}}]}]}',
  ) as unknown;
  expect(problemsOf(polluting).length).toBeGreaterThan(0);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
