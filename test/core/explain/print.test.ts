import { expect, test } from '@jest/globals';
import type { Json } from '../../../src/api/object.ts';
import { compileWithItems } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import { explainObject } from '../../../src/core/explain/explain.ts';
import { findObject } from '../../../src/core/explain/find-object.ts';
import { dataOf, printExplanation, printObjectList } from '../../../src/core/explain/print.ts';
import { type Layout } from '../../../src/core/text/layout.ts';
import { widthOf } from '../../../src/core/text/width.ts';
import { FLEET, blueprintOf } from '../compiling.ts';
import { marked, plain } from '../text/marked.ts';

const blueprint = blueprintOf({
  sources: [FLEET],
  defaults: { kustomization: { interval: '5m' } },
  layers: [
    { name: 'base', kustomization: {} },
    { name: 'apps', dependsOn: ['base'], kustomization: { interval: '7m' } },
  ],
});
const compiled = compileWithItems(blueprint, offlineContext());
const all = compiled.ok ? compiled.assembled : [];
const where = (path: string): string => `platform.yaml:${path.length}`;

function print(argument: string, layout: Layout): string {
  const wanted = findObject(argument, all);
  if (typeof wanted === 'string') throw new Error(wanted);
  return printExplanation(explainObject(blueprint, wanted.assembled, all, wanted.below), where, layout);
}

test('an object is a table of its fields, at 120 columns', () => {
  expect(print('Kustomization/apps', plain(120))).toBe(`Kustomization/flux-system/apps  apps, platform.yaml:14
FIELD                                             VALUE                            FROM
    WHY
apiVersion                                        kustomize.toolkit.fluxcd.io/v1   compiler
    the version that the cluster serves; without a cluster that of Flux 2.9
kind                                              Kustomization                    platform.yaml:28
    stands for a Kustomization
metadata.labels["app.kubernetes.io/managed-by"]   fluxblueprint                    compiler
    the operator finds its objects by it
metadata.labels["fluxblueprint.io/layer"]         apps                             platform.yaml:19
    name of the layer
metadata.labels["fluxblueprint.io/name"]          demo                             platform.yaml:13
    name of the blueprint
metadata.labels["fluxblueprint.io/namespace"]     flux-system                      platform.yaml:18
    namespace of the blueprint
metadata.name                                     apps                             platform.yaml:19
    name of the item
metadata.namespace                                flux-system                      platform.yaml:18
    namespace of the blueprint, where nothing names another
spec.dependsOn[0].name                            base                             platform.yaml:27
    must be ready first; name of the item (platform.yaml:19)
spec.interval                                     7m                               platform.yaml:37
    written for it; over 5m (platform.yaml:36) and 1 more
spec.path                                         ./apps                           compiler
    named after the layer and the component; name of the layer (platform.yaml:19)
spec.prune                                        true                             compiler
    default of FluxBlueprint for every Kustomization
spec.sourceRef.kind                               GitRepository                    compiler
    the only source that fits; stands for a GitRepository (platform.yaml:19)
spec.sourceRef.name                               fleet                            compiler
    the only source that fits; name of the item (platform.yaml:20)
spec.wait                                         true                             compiler
    default of FluxBlueprint for every Kustomization
`);
});

test('at 80 columns the reason is folded', () => {
  expect(print('Kustomization/apps.spec.dependsOn', plain(80)))
    .toBe(`Kustomization/flux-system/apps  apps, platform.yaml:14
spec.dependsOn[0].name   VALUE   FROM               WHY
is                       base    platform.yaml:27   must be ready first
and                      -       platform.yaml:19   name of the item
`);
  for (const columns of [80, 40, 20])
    for (const line of print('Kustomization/apps', plain(columns)).split('\n'))
      expect(widthOf(line)).toBeLessThanOrEqual(columns);
});

test('one field is told in full, with what it won over and how to change it', () => {
  expect(print('Kustomization/apps.interval', marked(120)))
    .toBe(`<strong:Kustomization/flux-system/apps>  apps, platform.yaml:14
spec.interval   VALUE   FROM               WHY
is              7m      platform.yaml:37   written for it
over            5m      platform.yaml:36   default of the blueprint
over            10m     <faint:compiler>           default of FluxBlueprint for every Kustomization
`);
  expect(print('Kustomization/base.prune', plain())).toContain(
    'to have it otherwise, write spec.layers[0].kustomization.prune',
  );
});

test('without an object all are listed with their places', () => {
  expect(printObjectList(all, where, plain(80))).toBe(`OBJECT                            NAME            FROM
GitRepository/flux-system/fleet   sources/fleet   platform.yaml:15
Kustomization/flux-system/base    base            platform.yaml:14
Kustomization/flux-system/apps    apps            platform.yaml:14
`);
});

test('what looks like a credential is not shown, in no form', () => {
  const token = `ghp_${'a'.repeat(36)}`;
  const secret = blueprintOf({
    sources: [FLEET],
    layers: [{ name: 'base', kustomization: { postBuild: { substitute: { TOKEN: token } } } }],
  });
  const again = compileWithItems(secret, offlineContext());
  const [assembled] = again.ok
    ? again.assembled.filter(({ object }) => object.ref.kind === 'Kustomization')
    : [];
  if (assembled === undefined) throw new Error('it does not compile');
  const explanation = explainObject(secret, assembled, again.ok ? again.assembled : []);
  expect(printExplanation(explanation, where, plain())).toMatch(/TOKEN +\*\*\* /);
  const data = dataOf(explanation, where) as { fields: Json[] };
  expect(JSON.stringify(data)).not.toContain(token);
});
