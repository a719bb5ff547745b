import { expect, test } from '@jest/globals';
import { compile } from '../../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../../src/core/compile/model/context.ts';
import { readBlueprints } from '../../../../src/core/yaml/read-blueprints.ts';

/** What is said about a blueprint that is written so. */
function problemsOf(spec: string): string[] {
  const header =
    'apiVersion: fluxblueprint.io/v1beta1\nkind: FluxBlueprint\nmetadata: {name: a, namespace: b}\n';
  const read = readBlueprints(`${header}spec:\n${spec}`);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const compiled = compile(read.blueprints[0], offlineContext());
  return compiled.ok ? [] : compiled.problems.map(({ path, message }) => `${path}: ${message}`);
}

const chart = (fields: string): string => `
  defaults: {helmRelease: {chart: {spec: {${fields}}}}}
  sources: [{name: charts, helm: {url: https://charts.example.com}}]
  layers: [{name: web, source: charts, helmRelease: {chart: {spec: {chart: web}}}}]`;

test.each(['1.10', '1.0', '010', '0x1F', '1_000', '+1', '1e3', '-0', '1.'])(
  'a number is shown as it is written: %s',
  (number) => {
    expect(problemsOf(chart(`version: ${number}`))).toEqual([
      `spec.defaults.helmRelease.chart.spec.version: must be text, not the number ${number}: quote it as it was written, e.g. version: "${number}"`,
    ]);
  },
);

test.each(['y', 'on', 'Yes', 'TRUE'])('so is a word that is a boolean: %s', (word) => {
  expect(problemsOf(chart(`version: ${word}`))).toEqual([
    `spec.defaults.helmRelease.chart.spec.version: must be text, not a boolean, which y, yes, on and true are in YAML: quote it as it was written, e.g. version: "${word}"`,
  ]);
});

test('so is an aliased value, and what stands behind a key that is no plain word', () => {
  const spec = `
  variables: {substitute: {a: &port 0o17, "B.C": *port}}
  layers: []`;
  const said = problemsOf(spec);
  expect(said).toContain(
    'spec.variables.substitute.a: must be text, not the number 0o17: quote it as it was written, e.g. a: "0o17"',
  );
  expect(said).toContain(
    'spec.variables.substitute["B.C"]: must be text, not the number 0o17: quote it as it was written, e.g. B.C: "0o17"',
  );
});

test('so is an item of a list, in brackets and in lines', () => {
  const layer = (components: string): string => `
  sources: [{name: fleet, git: {url: https://example.com/fleet.git}}]
  layers:
  - name: base
    kustomization:
      path: ./base
      components: ${components}`;
  for (const list of ['[1.10]', '\n      - 1.10']) {
    expect(problemsOf(layer(list))).toEqual([
      'spec.layers[0].kustomization.components[0]: must be text, not the number 1.10: quote it as it was written, e.g. - "1.10"',
    ]);
  }
});

test('a number under the name of a credential is not shown', () => {
  expect(problemsOf('  variables: {substitute: {password: 01234}}').join()).not.toMatch(/1234|668/);
});

test('what is very long is not repeated', () => {
  expect(problemsOf(chart(`version: ${'0'.repeat(100)}1`)).join()).toContain('not the number 1: ');
});
