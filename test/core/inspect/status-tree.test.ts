import { expect, test } from '@jest/globals';
import { Label } from '../../../src/api/names.ts';
import { type KubeObject, objectId, refOf } from '../../../src/api/object.ts';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import type { Status } from '../../../src/api/schema/status.ts';
import { compile } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import type { DesiredState } from '../../../src/core/objects/desired.ts';
import { readInventory, trackDesired, writeInventory } from '../../../src/core/objects/inventory.ts';
import { type StatusInput, treeOfStatus } from '../../../src/core/inspect/status-tree.ts';
import { printTree } from '../../../src/core/text/tree.ts';
import { marked, plain } from '../text/marked.ts';
import { NOW, ago, liveBlueprint, ready } from './objects.ts';

const spec = {
  sources: [{ name: 'fleet', git: { url: 'https://example.com/fleet.git', ref: { branch: 'main' } } }],
  layers: [
    { name: 'base', kustomization: {} },
    { name: 'apps', dependsOn: ['base'], kustomization: {} },
  ],
  environments: [{ name: 'staging' }, { name: 'production', after: 'staging' }],
};

function desiredOf(blueprint: Blueprint): DesiredState {
  const compiled = compile(blueprint, offlineContext());
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.desired;
}

const desired = desiredOf(liveBlueprint('platform', undefined, { spec: spec }));
const MESSAGE = '4/5 ready; Kustomization/apps/base-production failed: no such path as ./base';
const state = { state: 'Ready', ready: 2, total: 2 } as const;

const status: Status = {
  conditions: [ready('False', MESSAGE, 'ComponentFailed')],
  summary: { components: '3/5', ready: 3, progressing: 0, blocked: 1, failed: 1, suspended: 0, total: 5 },
  inventory: writeInventory(desired.objects.map((object) => trackDesired(object))),
  components: [
    {
      ...{ name: 'base-production', layer: 'base', environment: 'production', kind: 'Kustomization' },
      ...{ namespace: 'apps', state: 'Failed', message: 'no such path as ./base' },
    },
    {
      ...{ name: 'apps-production', layer: 'apps', environment: 'production', kind: 'Kustomization' },
      ...{ namespace: 'apps', state: 'Blocked', blockedBy: ['Kustomization/apps/base-production'] },
    },
  ],
  environments: [
    { name: 'staging', ...state, revision: 8 },
    {
      ...{ name: 'production', ...state, revision: 7 },
      waitsFor: { gate: 'Approval', message: 'approval of plan 3fa9c2', since: ago(60) },
    },
  ],
};

const blueprint = liveBlueprint('platform', status, { spec: spec });

function input(more: Partial<StatusInput> = {}): StatusInput {
  return { blueprint, live: new Map(), desired, withDeployed: false, now: NOW, ...more };
}

const EXPECTED = `✗ FluxBlueprint apps/platform  3/5 ready  3d
│ 4/5 ready; Kustomization/apps/base-production failed: no such path as ./base
├ ✗ production  0/2 ready  revision 7
│ │ a change waits: approval of plan 3fa9c2
│ ├ ✗ base  0/1 ready
│ │ └ ✗ Kustomization/base-production  Failed
│ │     no such path as ./base
│ └ ◎ apps  0/1 ready
│   └ ◎ Kustomization/apps-production  Blocked
│       waits for Kustomization/apps/base-production
├ ✔ staging  2/2 ready  revision 8
│ ├ ✔ base  1/1 ready
│ │ └ ✔ Kustomization/base-staging
│ └ ✔ apps  1/1 ready
│   └ ✔ Kustomization/apps-staging
└ ✔ GitRepository/fleet
`;

test('what is worst stands first, at 120 and at 80 columns', () => {
  for (const columns of [120, 80]) expect(printTree(treeOfStatus(input()), plain(columns))).toBe(EXPECTED);
});

test('symbols have colours', () => {
  const printed = printTree(treeOfStatus(input()), marked(120));
  expect(printed).toContain('│ │ └ <bad:✗> Kustomization/base-production');
  expect(printed).toContain('│   └ <warning:◎> Kustomization/apps-production');
  expect(printed).toContain('└ <good:✔> GitRepository/fleet');
});

test('at 20 columns all of it is there, on lines that fit', () => {
  const printed = printTree(treeOfStatus(input()), plain(20));
  for (const line of printed.split('\n')) expect(line.length).toBeLessThanOrEqual(20);
  expect(printed.replaceAll(/[\s│]/g, '')).toContain(
    '✗Kustomization/base-productionFailednosuchpathas./base',
  );
});

const live: KubeObject = {
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name: 'base-production', namespace: 'apps', generation: 1, labels: { [Label.Layer]: 'base' } },
  spec: {},
  status: {
    observedGeneration: 1,
    conditions: [ready('True', 'applied')],
    lastAppliedRevision: 'main@sha1:0123456789abcdef0123456789abcdef01234567',
    inventory: {
      entries: [
        { id: 'shop_web_apps_Deployment', v: 'v1' },
        { id: '_system__admin_rbac.authorization.k8s.io_ClusterRole', v: 'v1' },
        { id: 'shop_web__Service', v: 'v1' },
        { id: 'nonsense' },
        { other: true },
      ],
    },
  },
};

test('what could be read is as it is, with revision and age, and with what Flux deployed', () => {
  const found = new Map([[objectId(refOf(live)), live]]);
  const printed = printTree(treeOfStatus(input({ live: found, withDeployed: true })), plain());
  expect(printed).toContain(`✔ Kustomization/base-production  main@sha1:01234567  60s
│     ├ · Deployment/shop/web
│     ├ · ClusterRole/system:admin
│     ├ · Service/shop/web
│     └ · nonsense
`);
  expect(printTree(treeOfStatus(input({ live: found })), plain())).not.toContain('Deployment');
});

test('where the blueprint does not compile, labels say what belongs where', () => {
  const found = new Map([[objectId(refOf(live)), live]]);
  const bare = { ...blueprint, status: { ...status, components: [] } };
  const printed = printTree(
    treeOfStatus(input({ blueprint: bare, live: found, desired: undefined })),
    plain(),
  );
  expect(printed).toContain('├ ✔ base  1/1 ready\n│ └ ✔ Kustomization/base-production');
  expect(printed.split('\n').length).toBeGreaterThan(6);
});

test('what was asked for and is not there yet is pending', () => {
  const bare = liveBlueprint('platform', { conditions: [ready('Unknown', 'applying 5 objects')] });
  const printed = printTree(treeOfStatus(input({ blueprint: bare })), plain());
  expect(printed).toMatch(/^◎ FluxBlueprint apps\/platform {2}3d\n│ applying 5 objects\n/);
  expect(printed).toContain('└ ◎ GitRepository/fleet  Pending');
  expect(readInventory(bare.status)).toEqual([]);
});

test('a suspended blueprint says so', () => {
  const suspended = liveBlueprint('platform', status, {
    spec: { suspend: true, suspendReason: 'a migration' },
  });
  const [first, second] = printTree(treeOfStatus(input({ blueprint: suspended })), plain()).split('\n');
  expect([first, second]).toEqual([
    '◎ FluxBlueprint apps/platform  3/5 ready  3d',
    '│ it is suspended: a migration',
  ]);
});
