import { expect, test } from '@jest/globals';
import { FLEET, problemsOf } from '../compiling.ts';

const CHARTS = { name: 'charts', helm: { url: 'https://example.com/charts' } };

/** The same source, as an environment has it: what is no place to take a named chart from. */
const ARTIFACT = { name: 'charts', oci: { url: 'oci://example.com/web' } };

const LAYERS = [
  { name: 'base', source: 'fleet', dependsOn: ['gone'], kustomization: {} },
  { name: 'web', source: 'charts', helmRelease: { chart: { spec: { chart: 'web' } } } },
];

/** The problems of a blueprint whose first layer is wrong, with these environments, as lines. */
function explain(environments: readonly object[]): string[] {
  const spec = { sources: [FLEET, CHARTS], layers: LAYERS, environments };
  return problemsOf(spec).map(({ path, message }) => `${path}: ${message}`);
}

const OF_ALL = 'spec.layers[0].dependsOn[0]: no layer or component is named "gone"; known are base, web';

test('a problem of one environment names it, and a problem of all is reported once', () => {
  expect(explain([{ name: 'staging', sources: [ARTIFACT] }, { name: 'production' }])).toEqual([
    OF_ALL,
    expect.stringMatching(/^spec\.layers\[1\]\.source: .* \(in environment staging\)$/),
  ]);
});

test('a problem of some environments names them', () => {
  const wrong = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => ({ name, sources: [ARTIFACT] }));
  expect(explain([{ name: 'right' }, ...wrong])).toEqual([
    OF_ALL,
    expect.stringMatching(/ \(in environments a, b, c, d, e and 2 more\)$/),
  ]);
});

test('a problem that was written in an environment points there, and needs no name', () => {
  expect(
    explain([{ name: 'staging', layers: [{ name: 'web', source: 'chart' }] }, { name: 'production' }]),
  ).toEqual([
    'spec.environments[0].layers[0].source: no source is named "chart"; did you mean "charts"?',
    OF_ALL,
  ]);
});

test('problems of all other environments name none of them, though one is too wrong to be checked', () => {
  const broken = { name: 'broken', layers: [{ name: 'base', dependsOn: 5 }] };
  expect(explain([{ name: 'staging' }, broken])).toEqual([
    'spec.environments[1].layers[0].dependsOn: must be a list, not a number',
    OF_ALL,
  ]);
});
