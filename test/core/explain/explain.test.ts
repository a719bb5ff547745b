import { expect, test } from '@jest/globals';
import { compileWithItems } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import { explainObject } from '../../../src/core/explain/explain.ts';
import { findObject } from '../../../src/core/explain/find-object.ts';
import { blueprintOf } from '../compiling.ts';

const SPEC = {
  sources: [
    { name: 'fleet', git: { url: 'https://example.com/fleet.git', ref: { branch: 'main' } } },
    { name: 'other', sourceRef: { kind: 'GitRepository', name: 'theirs' } },
  ],
  defaults: { kustomization: { interval: '5m', timeout: '2m' } },
  commonMetadata: { labels: { team: 'platform', tier: 'a' } },
  layers: [
    { name: 'base', source: 'fleet', kustomization: { interval: '7m' } },
    {
      name: 'apps',
      source: 'fleet',
      dependsOn: ['base'],
      defaults: { kustomization: { timeout: '3m' } },
      components: [
        { name: 'web', metadata: { labels: { tier: 'b' } }, unset: ['timeout'], kustomization: {} },
        { name: 'api', source: 'other', kustomization: {} },
      ],
    },
  ],
  environments: [
    { name: 'staging' },
    { name: 'production', suffix: '-prod', layers: [{ name: 'base', kustomization: { interval: '1h' } }] },
  ],
};

const blueprint = blueprintOf(SPEC);
const compiled = compileWithItems(blueprint, offlineContext());
if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
const all = compiled.assembled;

/** Where a field comes from: `path: why`, and what it won over. */
function origin(argument: string): { is: string[]; over: string[] } {
  const wanted = findObject(argument, all);
  if (typeof wanted === 'string') throw new Error(wanted);
  const { fields } = explainObject(blueprint, wanted.assembled, all, wanted.below);
  expect(fields).toHaveLength(1);
  return {
    is: (fields[0]?.causes ?? []).map(
      ({ by, path, why }) => `${by === 'compiler' ? '(compiler) ' : ''}${path ?? '-'}: ${why}`,
    ),
    over: (fields[0]?.overruled ?? []).map(
      ({ path, why, value }) => `${JSON.stringify(value)} ${path ?? '-'}: ${why}`,
    ),
  };
}

test.each([
  [
    'what is written for an item wins over defaults, and over that of the compiler',
    'Kustomization/base-staging.spec.interval',
    ['spec.layers[0].kustomization.interval: written for it'],
    [
      '"5m" spec.defaults.kustomization.interval: default of the blueprint',
      '"10m" -: default of FluxBlueprint for every Kustomization',
    ],
  ],
  [
    'an environment wins over the blueprint',
    'Kustomization/base-prod.spec.interval',
    ['spec.environments[1].layers[0].kustomization.interval: overlay of environment production'],
    [
      '"7m" spec.layers[0].kustomization.interval: written for it',
      '"5m" spec.defaults.kustomization.interval: default of the blueprint',
      '"10m" -: default of FluxBlueprint for every Kustomization',
    ],
  ],
  [
    'the default of a layer wins over that of the blueprint',
    'Kustomization/api-prod.timeout',
    ['spec.layers[1].defaults.kustomization.timeout: default of layer apps'],
    ['"2m" spec.defaults.kustomization.timeout: default of the blueprint'],
  ],
  [
    'the compiler says where its default could be changed',
    'Kustomization/base-staging.spec.prune',
    ['(compiler) spec.layers[0].kustomization.prune: default of FluxBlueprint for every Kustomization'],
    [],
  ],
  [
    'a reference follows from who names it, and from the name of what it leads to',
    'Kustomization/web-prod.sourceRef.name',
    ['spec.layers[1].source: names the source', 'spec.sources[0].name: name of the item'],
    [],
  ],
  [
    'a reference to an object that is not generated follows from its own reference',
    'Kustomization/api-prod.sourceRef.name',
    [
      'spec.layers[1].components[1].source: names the source',
      'spec.sources[1].sourceRef.name: written for it',
    ],
    [],
  ],
  [
    'a dependency follows from who asks for it, and from the name in the environment',
    'Kustomization/web-prod.dependsOn[0].name',
    [
      'spec.layers[1].dependsOn[0]: must be ready first',
      'spec.layers[0].name: name of the item',
      'spec.environments[1].suffix: suffix of the environment',
    ],
    [],
  ],
  [
    'a name without a suffix of its own has that of the environment',
    'Kustomization/web-staging.metadata.name',
    [
      'spec.layers[1].components[0].name: name of the item',
      'spec.environments[0].name: the environment, whose name is the suffix',
    ],
    [],
  ],
  [
    'a label of an item wins over that of all',
    'Kustomization/web-staging.metadata.labels.tier',
    ['spec.layers[1].components[0].metadata.labels.tier: written for it'],
    ['"a" spec.commonMetadata.labels.tier: metadata of all objects'],
  ],
  [
    'what was taken away says by whom, and what it would be',
    'Kustomization/web-staging.timeout',
    ['spec.layers[1].components[0].unset[0]: takes it away'],
    [
      '"3m" spec.layers[1].defaults.kustomization.timeout: default of layer apps',
      '"2m" spec.defaults.kustomization.timeout: default of the blueprint',
    ],
  ],
  [
    'what nobody has written says where it could be',
    'Kustomization/web-staging.force',
    ['(compiler) spec.layers[1].components[0].kustomization.force: nobody has written it'],
    [],
  ],
  [
    'a path follows from names where nobody has written it',
    'Kustomization/web-staging.path',
    [
      '(compiler) spec.layers[1].components[0].path: named after the layer and the component',
      'spec.layers[1].name: name of the layer',
      'spec.layers[1].components[0].name: name of the component',
    ],
    [],
  ],
])('%s', (_, argument, is, over) => {
  expect(origin(argument)).toEqual({ is, over });
});

test('an object is found by its kind in any case, with its namespace, and by its title', () => {
  for (const name of [
    'kustomization/web-prod',
    'Kustomization/flux-system/web-prod',
    'apps/web (production)',
    'Kustomization/web-prod.spec.interval',
  ]) {
    const found = findObject(name, all);
    expect(typeof found === 'string' ? found : found.assembled.object.ref.name).toBe('web-prod');
  }
});

test('what cannot be found is told with the nearest name, and what is ambiguous with what it may be', () => {
  expect(findObject('Kustomization/web-prd', all)).toBe(
    'no object is named "Kustomization/web-prd"; did you mean "Kustomization/web-prod"?',
  );
  expect(findObject('apps/web', all)).toMatch(/^"apps\/web" may be Kustomization\/flux-system\/web-\w+, /);
  expect(findObject('Kustomization/web-prod.spec..interval', all)).toMatch(/names no field/);
  expect(JSON.stringify(findObject('x'.repeat(100_000), all)).length).toBeLessThan(1000);
});
