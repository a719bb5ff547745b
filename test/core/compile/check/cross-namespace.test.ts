import { expect, test } from '@jest/globals';
import { compile } from '../../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../../src/core/compile/model/context.ts';
import { FLEET, blueprintOf } from '../../compiling.ts';

/** The paths at which references across namespaces are refused. */
function refusedAt(spec: object): string[] {
  const context = { ...offlineContext(), noCrossNamespaceRefs: true, defaultAccount: true };
  const compiled = compile(blueprintOf(spec), context);
  if (compiled.ok) return [];
  return compiled.problems.map(({ rule, path }) => `${rule} ${path}`);
}

const THEIRS = { kind: 'GitRepository', name: 'fleet', namespace: 'elsewhere' };

test('a source of another namespace is refused where it is named: by the component, by its layer, or in the block', () => {
  const sources = [FLEET, { name: 'theirs', sourceRef: THEIRS }];
  const chart = { spec: { chart: './db', sourceRef: THEIRS } };
  expect(
    refusedAt({
      sources,
      layers: [
        { name: 'named', source: 'theirs', kustomization: {} },
        { name: 'layer', source: 'theirs', components: [{ name: 'a', kustomization: {} }] },
        { name: 'native', kustomization: { path: '../../', sourceRef: THEIRS } },
        { name: 'chart', helmRelease: { chart } },
        { name: 'fleet', source: 'fleet', kustomization: {} },
      ],
    }),
  ).toEqual([
    'cross-namespace spec.layers[0].source',
    'cross-namespace spec.layers[1].source',
    'cross-namespace spec.layers[2].kustomization.sourceRef.namespace',
    'cross-namespace spec.layers[3].helmRelease.chart.spec.sourceRef.namespace',
  ]);
});

test('what a chart calls a sourceRef in its values is no reference', () => {
  const values = { sourceRef: THEIRS };
  const layers = [{ name: 'db', helmRelease: { chart: { spec: { chart: './db' } }, values } }];
  expect(refusedAt({ sources: [FLEET], layers })).toEqual([]);
});
