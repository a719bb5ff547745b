import { expect, test } from '@jest/globals';
import type { Json } from '../../../src/api/object.ts';
import { compile } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import type { DesiredObject } from '../../../src/core/objects/desired.ts';
import { valueAt } from '../../../src/core/values/json.ts';
import { goldenNames, readContext, readGolden } from '../golden/golden.ts';

/** What the compiler fills in where nobody wrote anything: its place is where it would be written. */
const FILLED_IN =
  /\.(interval|prune|wait|path|source|layerSelector\.(mediaType|operation)|refreshInterval|decryption\.provider)$/;

function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, name]) =>
    index === undefined ? (quoted ?? name ?? '') : Number(index),
  );
}

function leavesOf(value: unknown, steps: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [steps];
  return Object.entries(value).flatMap(([key, inner]) =>
    leavesOf(inner, [...steps, Array.isArray(value) ? Number(key) : key]),
  );
}

function objectsOf(name: string): readonly DesiredObject[] {
  const compiled = compile(readGolden(name), readContext(name));
  return compiled.ok ? compiled.desired.objects : [];
}

test.each(goldenNames().filter((name) => objectsOf(name).length > 0))(
  'every field that %s generates has an origin in the blueprint, or is one that the compiler fills in',
  (name) => {
    const blueprint = readGolden(name) as Json;
    const lost = objectsOf(name).flatMap((object) =>
      leavesOf(object.manifest['spec'] ?? {})
        .map((steps) => object.originOf(steps))
        .filter((path) => valueAt(blueprint, stepsOf(path)) === undefined && !FILLED_IN.test(path)),
    );
    expect([...new Set(lost)]).toEqual([]);
  },
);

test('a field that follows from something written elsewhere has its origin there', () => {
  const compiled = compile(readGolden('whole'), offlineContext());
  const objects = compiled.ok ? compiled.desired.objects : [];
  const origin = (kind: string, name: string, ...steps: (string | number)[]): string | undefined =>
    objects.find(({ ref }) => ref.kind === kind && ref.name === name)?.originOf(steps);
  expect({
    ignore: origin('GitRepository', 'fleet', 'ignore'),
    source: origin('Kustomization', 'shop', 'sourceRef', 'name'),
    path: origin('Kustomization', 'shop', 'path'),
    ownPath: origin('Kustomization', 'configs', 'path'),
    native: origin('Kustomization', 'configs', 'dependsOn', 0, 'name'),
    provider: origin('Kustomization', 'shop', 'decryption', 'provider'),
    variable: origin('Kustomization', 'shop-staging', 'postBuild', 'substitute', 'ENVIRONMENT'),
    account: origin('HelmRelease', 'grafana', 'serviceAccountName'),
    release: origin('HelmRelease', 'grafana', 'releaseName'),
    chart: origin('HelmRelease', 'grafana', 'chartRef', 'name'),
    heard: origin('Alert', 'on-call', 'eventSources', 0, 'name'),
  }).toEqual({
    ignore: 'spec.sources[0].onlyPaths',
    source: 'spec.layers[3].source',
    path: 'spec.environments[1].layers[0].path',
    ownPath: 'spec.layers[1].path',
    native: 'spec.layers[1].dependsOn[0]',
    provider: 'spec.secrets.sops',
    variable: 'spec.environments[0].variables.substitute.ENVIRONMENT',
    account: 'spec.serviceAccountName',
    release: 'spec.environments[1].kubeConfig',
    chart: 'spec.layers[3].components[2].oci',
    heard: 'spec.notifications.alerts[0]',
  });
});

test('a field that a suspension of everything generated sets has its origin in that suspension', () => {
  const compiled = compile(readGolden('whole'), { ...offlineContext(), suspendGenerated: true });
  const [object] = compiled.ok
    ? compiled.desired.objects.filter(({ ref }) => ref.kind === 'Kustomization')
    : [];
  expect(object?.originOf(['suspend'])).toBe('spec.suspend');
});
