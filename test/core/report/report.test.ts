import { describe, expect, test } from '@jest/globals';
import { type Report, createReport, exitCodeOf, fileOf } from '../../../src/core/report/report.ts';
import { printGitHub } from '../../../src/core/report/github.ts';
import { printJson, printYaml } from '../../../src/core/report/json.ts';
import { explainRule } from '../../../src/core/report/explain-rule.ts';
import { ANTI_PATTERNS } from '../../../src/api/schema/policy.ts';
import { lintTexts } from './linting.ts';

const blueprint = (name: string, more = ''): string => `apiVersion: fluxblueprint.io/v1beta1
kind: FluxBlueprint
metadata: {name: ${name}, namespace: x}
spec:
  sources: [{name: fleet, git: {url: https://example.com/fleet.git, ref: {branch: main}}}]
  layers:
    - name: apps
      kustomization:
        ${more}
`;

const shown = ({ entries }: Report): unknown =>
  entries.map(({ input, place, severity, rule, path }) => [
    `${input}:${place?.line ?? 0}:${place?.column ?? 0}`,
    severity,
    rule,
    path,
  ]);

test('entries are in the order of inputs, and in each of places', () => {
  const report = lintTexts({
    'b.yaml': `${blueprint('b', 'intervall: 5m')}---\n${blueprint('c', 'interval: 1m')}`,
    'a.yaml': blueprint('a', 'interval: no'),
  });
  expect(shown(report)).toEqual([
    ['b.yaml:9:9', 'error', 'unknown-field', 'spec.layers[0].kustomization.intervall'],
    ['b.yaml:19:19', 'warning', 'short-interval', 'spec.layers[0].kustomization.interval'],
    ['a.yaml:9:19', 'error', 'wrong-type', 'spec.layers[0].kustomization.interval'],
  ]);
  expect(report.blueprints).toBe(3);
});

test('what cannot be read has its place and no path', () => {
  expect(shown(lintTexts({ 'a.yaml': 'kind: FluxBlueprint\nspec: [\n' }))).toEqual([
    ['a.yaml:3:1', 'error', 'yaml', ''],
  ]);
});

test('what Enforce refuses is an error', () => {
  const policy = '  policy: {antiPatterns: Enforce}\n';
  expect(shown(lintTexts({ 'a.yaml': blueprint('a', 'interval: 1m') + policy }))).toEqual([
    ['a.yaml:9:19', 'error', 'short-interval', 'spec.layers[0].kustomization.interval'],
  ]);
});

test('a problem of all environments stands once, where it is written', () => {
  const environments = '  environments: [{name: a}, {name: b}]\n';
  const { entries } = lintTexts({ 'a.yaml': blueprint('a', 'interval: x') + environments });
  expect(entries.map(({ place }) => place)).toEqual([{ line: 9, column: 19 }]);
});

test('a problem that an environment makes stands in the environment', () => {
  const environments = `  environments:
    - name: a
      layers:
        - name: apps
          kustomization: {interval: x}
`;
  expect(shown(lintTexts({ 'a.yaml': blueprint('a', 'interval: 10m') + environments }))).toEqual([
    ['a.yaml:14:37', 'error', 'pattern', 'spec.environments[0].layers[0].kustomization.interval'],
  ]);
});

test.each([
  ['error', ['error'], 1],
  ['error', ['warning', 'info'], 0],
  ['warning', ['warning'], 1],
  ['warning', ['info'], 0],
  ['info', ['info'], 1],
  ['info', [], 0],
] as const)('with --fail-on %s, %j gives the exit code %d', (least, severities, code) => {
  const entries = severities.map((severity) => ({
    severity,
    rule: 'r',
    message: 'm',
    path: '',
    input: 'i',
    place: undefined,
    blueprint: undefined,
  }));
  expect(exitCodeOf({ entries, unread: [], blueprints: 1 }, least)).toBe(code);
  expect(exitCodeOf({ entries, unread: [{ input: 'i', message: 'm' }], blueprints: 1 }, least)).toBe(2);
});

test.each([
  ['a/b.yaml', 'a/b.yaml'],
  ['./a.yaml', 'a.yaml'],
  ['/a.yaml', '/a.yaml'],
  ['git:main:clusters/a.yaml', 'clusters/a.yaml'],
  ['standard input', undefined],
])('the file of the input %s is %s', (input, file) => {
  expect(fileOf(input)).toBe(file);
});

test('every rule of good practice is explained, and every other at least in general', () => {
  const explained = [...ANTI_PATTERNS, 'unused-exception', 'more-findings', 'toString'].map(explainRule);
  for (const { finds, remedy } of explained)
    expect([finds, remedy]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/\.$/)]);
  expect(new Set(explained.map(({ finds }) => finds)).size).toBe(explained.length);
});

describe('for programs', () => {
  const report = lintTexts(
    { 'a.yaml': blueprint('a', 'interval: 1m'), 'b.yaml': 'kind: FluxBlueprint\nspec: [\n' },
    [{ input: 'c.yaml', message: 'cannot be read: ENOENT' }],
  );

  test('JSON holds all that is known', () => {
    expect(JSON.parse(printJson(report))).toEqual({
      blueprints: 1,
      counts: { error: 1, warning: 1, info: 0 },
      findings: [
        {
          severity: 'warning',
          rule: 'short-interval',
          remedy: explainRule('short-interval').remedy,
          message: expect.stringMatching(/^apps: an interval of 1m/) as unknown,
          path: 'spec.layers[0].kustomization.interval',
          input: 'a.yaml',
          file: 'a.yaml',
          line: 9,
          column: 19,
          blueprint: { namespace: 'x', name: 'a' },
        },
        {
          severity: 'error',
          rule: 'yaml',
          remedy: explainRule('yaml').remedy,
          message: expect.stringContaining('Flow sequence') as unknown,
          input: 'b.yaml',
          file: 'b.yaml',
          line: 3,
          column: 1,
        },
      ],
      unread: [{ input: 'c.yaml', message: 'cannot be read: ENOENT' }],
    });
  });

  test('YAML holds the same', async () => {
    const { parse } = await import('yaml');
    expect(parse(printYaml(report))).toEqual(JSON.parse(printJson(report)));
  });

  test('GitHub gets a command for each, with its file, line and column', () => {
    const [unread, warning, error, ...more] = printGitHub(report).split('\n');
    expect(unread).toBe('::error file=c.yaml,title=unreadable input::c.yaml: cannot be read: ENOENT');
    expect(warning).toMatch(
      /^::warning file=a\.yaml,line=9,col=19,title=short-interval::spec\.layers\[0\]\.kustomization\.interval: apps: an/,
    );
    expect(error).toMatch(/^::error file=b\.yaml,line=3,col=1,title=yaml::Flow sequence/);
    expect(more).toEqual(['']);
  });
});

test('GitHub cannot be given a command, or a property, by what a file holds or is named', () => {
  const entry = {
    severity: 'info',
    rule: 'a,b',
    message: '100% wrong\n::error::forged\r',
    path: '',
    input: 'a:b,line=1,c%.yaml',
    place: undefined,
    blueprint: undefined,
  } as const;
  expect(printGitHub({ entries: [entry], unread: [], blueprints: 1 })).toBe(
    '::notice file=a%3Ab%2Cline=1%2Cc%25.yaml,title=a%2Cb::100%25 wrong%0A::error::forged%0D\n',
  );
});

test('a report of nothing is one', () => {
  const report = createReport([], [], []);
  expect([printGitHub(report), JSON.parse(printJson(report))]).toEqual([
    '',
    { blueprints: 0, counts: { error: 0, warning: 0, info: 0 }, findings: [], unread: [] },
  ]);
});
