import { createRequire } from 'node:module';
import Ajv from 'ajv';
import { expect, test } from '@jest/globals';
import type { Report } from '../../../src/core/report/report.ts';
import { printSarif } from '../../../src/core/report/sarif.ts';
import { lintTexts } from './linting.ts';

const load = createRequire(import.meta.url);
const ajv = new Ajv({ schemaId: 'auto', allErrors: true });
ajv.addMetaSchema(load('ajv/lib/refs/json-schema-draft-04.json') as object);
const validate = ajv.compile(load('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as object);

interface Sarif {
  runs: { results: object[]; tool: { driver: { rules: { id: string }[] } }; invocations: object[] }[];
}

/** Prints a report, which must keep to the schema of SARIF. */
function print(report: Report): Sarif['runs'][number] {
  const sarif = JSON.parse(printSarif(report, '1.2.3')) as Sarif;
  validate(sarif);
  expect(validate.errors).toBeNull();
  const [run] = sarif.runs;
  if (run === undefined) throw new Error('there is one run');
  return run;
}

const blueprint = `apiVersion: fluxblueprint.io/v1beta1
kind: FluxBlueprint
metadata: {name: a, namespace: x}
spec:
  sources: [{name: fleet, git: {url: https://example.com/fleet.git, ref: {branch: main}, interval: 30s}}]
  layers:
    - {name: apps, dependsOn: [nowhere], kustomization: {intervall: 5m}}
`;

test('findings and problems keep to the schema, with their rule, level, file and region', () => {
  const { results, tool } = print(
    lintTexts({
      'sub dir/ä#.yaml': blueprint,
      'b.yaml': blueprint.replace('intervall', 'interval').replace('[nowhere]', '[]'),
    }),
  );
  expect(tool.driver.rules.map(({ id }) => id)).toEqual(['short-interval', 'unknown-field', 'unknown-name']);
  expect(results).toMatchObject([
    {
      ruleId: 'unknown-name',
      ruleIndex: 2,
      level: 'error',
      message: { text: expect.stringContaining('spec.layers[0].dependsOn[0]: no layer') as unknown },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'sub%20dir/%C3%A4%23.yaml' },
            region: { startLine: 7, startColumn: 32 },
          },
          logicalLocations: [{ fullyQualifiedName: 'spec.layers[0].dependsOn[0]' }],
        },
      ],
    },
    { ruleId: 'unknown-field', level: 'error' },
    {
      ruleId: 'short-interval',
      level: 'warning',
      locations: [{ physicalLocation: { artifactLocation: { uri: 'b.yaml' }, region: { startLine: 5 } } }],
    },
    { ruleId: 'short-interval', level: 'warning' },
  ]);
});

test.each([
  ['nothing', lintTexts({})],
  ['standard input', lintTexts({ 'standard input': blueprint })],
  ['a revision', lintTexts({ 'git:main:a/b.yaml': blueprint })],
  ['an absolute path', lintTexts({ '/a.yaml': blueprint })],
  ['YAML that cannot be read', lintTexts({ 'a.yaml': 'kind: FluxBlueprint\na: [' })],
  ['an input that is too large', lintTexts({ 'a.yaml': `kind: FluxBlueprint\na: ${'x'.repeat(2_000_000)}` })],
  [
    'what could not be read',
    lintTexts({ 'a.yaml': blueprint }, [{ input: 'b', message: 'cannot be read: ENOENT' }]),
  ],
  ['half a character', lintTexts({ 'a\ud800.yaml': blueprint.replace('fleet,', '"fl\\uD800eet",') })],
])('the report of %s keeps to the schema', (_, report) => {
  const { results, invocations } = print(report);
  expect(results).toHaveLength(report.entries.length);
  expect(invocations).toMatchObject([{ executionSuccessful: report.unread.length === 0 }]);
});

test('what does not keep to the schema would be found out', () => {
  expect(validate({ version: '2.1.0', runs: [{ tool: { driver: {} } }] })).toBe(false);
  expect(
    validate({ version: '2.1.0', runs: [{ tool: { driver: { name: 'a' } }, results: [{ level: 'bad' }] }] }),
  ).toBe(false);
});
