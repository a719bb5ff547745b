import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { GROUP, REVISION_PLURAL } from '../../src/api/names.ts';
import { refusal } from '../harness/api-server/environment.ts';
import {
  applyAll,
  installDefault,
  startInstallCluster,
  untilRefused,
  type InstallCluster,
} from './cluster.ts';
import { buildKustomization } from './kustomize.ts';
import { approvalBy, OPERATOR, Revisions, timeIn, type Writer } from './revisions.ts';

let environment: InstallCluster;
let revisions: Revisions;

beforeAll(async () => {
  environment = await startInstallCluster();
  const { admin } = environment;
  await installDefault(admin);
  await applyAll(admin, await buildKustomization('policy'));
  await applyAll(admin, [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'all-of-revisions' },
      rules: [
        { apiGroups: [GROUP], resources: [REVISION_PLURAL, `${REVISION_PLURAL}/status`], verbs: ['*'] },
      ],
    },
  ]);
  revisions = await Revisions.open(admin, {
    alice: 'fluxblueprint-edit',
    bob: 'fluxblueprint-approve',
    carol: 'fluxblueprint-approve',
    // Somebody with every right on revisions that RBAC can give.
    mallory: 'all-of-revisions',
  });
  await untilInForce();
});

afterAll(() => environment.stop());

async function untilInForce(): Promise<void> {
  await revisions.create(OPERATOR, revisions.build('probe'));
  const mallory = { as: 'mallory', name: 'probe' };
  await untilRefused('to forge an approval', () =>
    revisions.approve(mallory, approvalBy(`somebody-${crypto.randomUUID()}`)),
  );
  await untilRefused('to write a revision', () =>
    revisions.patch(mallory, 'merge', { metadata: { annotations: { note: crypto.randomUUID() } } }),
  );
}

/** Stores a revision as the operator does. */
async function store(name: string): Promise<string> {
  await revisions.create(OPERATOR, revisions.build(name));
  return name;
}

/** What the API server says to those who write a revision themselves. */
const OPERATOR_ONLY = {
  reason: 'Forbidden',
  message: expect.stringContaining('only the operator writes a FluxBlueprintRevision'),
};

const statusOf = (as: Writer['as'], name: string): Writer => ({ as, name, subresource: 'status' });

test('an approver approves by apply, merge patch, JSON patch and with a reason, and takes it back', async () => {
  const name = await store('approved');
  await revisions.approve(
    { as: 'bob', name },
    approvalBy('bob', 'staging', { reason: 'seen', overrides: ['Window'] }),
  );
  await revisions.approve({ as: 'carol', name }, approvalBy('carol'));
  expect((await revisions.approvals(name)).map(({ by }) => by)).toEqual(['bob', 'carol']);
  await revisions.patch(statusOf('carol', name), 'json', [
    {
      op: 'replace',
      path: '/status/approvals/1',
      value: approvalBy('carol', 'production', { reason: 'again' }),
    },
  ]);
  const [first] = await revisions.approvals(name);
  await revisions.patch(statusOf('carol', name), 'merge', { status: { approvals: [first] } });
  expect(await revisions.approvals(name)).toEqual([first]);
  // Who approves instead of somebody else leaves nothing of what that one said.
  await revisions.approve({ as: 'carol', name }, approvalBy('carol', 'staging'));
  const [replaced] = await revisions.approvals(name);
  expect(replaced).toEqual({ ...approvalBy('carol', 'staging'), at: replaced?.at });
});

test('approvers share one field manager for each environment', async () => {
  const name = await store('shared');
  const approve = (as: string, environment: string): Promise<unknown> =>
    revisions.approve({ as, name, fieldManager: `approve-${environment}` }, approvalBy(as, environment));
  await approve('bob', 'staging');
  await approve('carol', 'production');
  await approve('carol', 'staging');
  const approvals = await revisions.approvals(name);
  expect(approvals.map(({ environment, by }) => `${environment} ${by ?? ''}`).sort()).toEqual([
    'production carol',
    'staging carol',
  ]);
});

const FORGERIES: readonly [string, (me: string) => object, string][] = [
  ['names somebody else', () => approvalBy('carol'), 'the user who gives it, which is mallory'],
  ['names nobody', (me) => ({ ...approvalBy(me), by: undefined }), 'the user who gives it, which is mallory'],
  [
    'names its user in capitals',
    (me) => approvalBy(me.toUpperCase()),
    'the user who gives it, which is mallory',
  ],
  ['is of six minutes ago', (me) => ({ ...approvalBy(me), at: timeIn(-6) }), 'within five minutes: it is 20'],
  ['is of last year', (me) => ({ ...approvalBy(me), at: '2025-01-01T00:00:00Z' }), 'within five minutes'],
  ['is of the future', (me) => ({ ...approvalBy(me), at: timeIn(6) }), 'within five minutes'],
  ['has no time', (me) => ({ ...approvalBy(me), at: undefined }), 'within five minutes'],
];

test.each(FORGERIES)('an approval that %s is refused, however it is written', async (_, forge, says) => {
  const name = await store(`forged-${crypto.randomUUID()}`);
  const mallory = statusOf('mallory', name);
  const status = { approvals: [forge('mallory')] };
  for (const attempt of [
    () => revisions.approve(mallory, forge('mallory')),
    () => revisions.patch(mallory, 'merge', { status }),
    () => revisions.patch(mallory, 'json', [{ op: 'add', path: '/status', value: status }]),
    () => revisions.replace(mallory, (live) => ({ ...live, status })),
  ])
    expect(await refusal(attempt())).toMatchObject({
      reason: 'Forbidden',
      message: expect.stringContaining(says),
    });
  expect(await revisions.approvals(name)).toEqual([]);
  await revisions.replace(mallory, (live) => ({ ...live, status: { approvals: [approvalBy('mallory')] } }));
  await revisions.approve({ as: 'bob', name }, approvalBy('bob'));
});

test('an approval of four minutes ago or ahead is taken: clocks differ', async () => {
  const name = await store('clocks');
  await revisions.approve({ as: 'bob', name }, approvalBy('bob', 'staging', { at: timeIn(-4) }));
  await revisions.approve({ as: 'bob', name }, approvalBy('bob', 'production', { at: timeIn(4) }));
});

test('nobody removes, changes or takes up the approval of somebody else but by approving himself', async () => {
  const name = await store('guarded');
  const given = approvalBy('bob', 'production', { reason: 'seen' });
  await revisions.approve({ as: 'bob', name }, given);
  const [carol, mallory] = [statusOf('carol', name), statusOf('mallory', name)];
  const attempts = [
    () => revisions.patch(carol, 'merge', { status: { approvals: [] } }),
    () => revisions.patch(carol, 'merge', { status: { approvals: null } }),
    () => revisions.patch(carol, 'merge', { status: null }),
    () => revisions.patch(carol, 'merge', { status: { approvals: [approvalBy('carol', 'staging')] } }),
    () => revisions.patch(carol, 'json', [{ op: 'remove', path: '/status/approvals/0' }]),
    () => revisions.patch(carol, 'json', [{ op: 'remove', path: '/status' }]),
    () =>
      revisions.patch(carol, 'json', [
        { op: 'replace', path: '/status/approvals/0/plan', value: `sha256:${'c'.repeat(64)}` },
      ]),
    () =>
      revisions.patch(carol, 'json', [
        { op: 'add', path: '/status/approvals/0/overrides', value: ['Window'] },
      ]),
    () => revisions.patch(carol, 'json', [{ op: 'remove', path: '/status/approvals/0/reason' }]),
    () =>
      revisions.patch(carol, 'json', [{ op: 'replace', path: '/status/approvals/0/at', value: timeIn(0) }]),
    () =>
      revisions.patch(carol, 'json', [
        { op: 'replace', path: '/status/approvals/0/environment', value: 'staging' },
      ]),
    // The fields are bob's, and so is the field manager: carol lets go of them in his name.
    () => revisions.approve({ as: 'carol', name, fieldManager: 'bob' }, approvalBy('carol', 'staging')),
    () => revisions.approve({ as: 'carol', name }, { ...given, plan: `sha256:${'c'.repeat(64)}` }),
    () => revisions.replace(mallory, (live) => ({ ...live, status: {} })),
    () => revisions.replace(mallory, (live) => ({ ...live, status: undefined })),
  ];
  for (const attempt of attempts) expect(await refusal(attempt())).toMatchObject({ reason: 'Forbidden' });
  expect(await revisions.approvals(name)).toEqual([given]);
  await revisions.patch(statusOf('bob', name), 'json', [
    { op: 'add', path: '/status/approvals/0/overrides', value: ['Window'] },
  ]);
  await revisions.approve({ as: 'carol', name }, approvalBy('carol'));
  expect(await revisions.approvals(name)).toMatchObject([{ by: 'carol', environment: 'production' }]);
});

test('an approver writes nothing but approvals: neither by the status nor by the revision itself', async () => {
  const name = await store('metadata');
  const before = await revisions.get(name);
  const metadata = { labels: { forged: 'yes' }, annotations: { 'fluxblueprint.io/in-force': 'production' } };
  const spec = { revision: 2, snapshot: { layers: [{ name: 'forged' }] } };
  const change = { metadata, spec, status: { approvals: [approvalBy('bob')], forged: 'yes' } };
  await revisions.patch(statusOf('bob', name), 'merge', change);
  const { status, ...after } = await revisions.get(name);
  expect(status).toEqual({ approvals: [{ ...approvalBy('bob'), at: expect.any(String) }] });
  expect(after).toMatchObject({ spec: before['spec'], metadata: { generation: before.metadata.generation } });
  expect(after.metadata.labels).toEqual(before.metadata.labels);
  expect(after.metadata.annotations).toEqual(before.metadata.annotations);
  for (const part of [{ metadata }, { spec }])
    expect(await refusal(revisions.patch({ as: 'bob', name }, 'merge', part))).toMatchObject({
      reason: 'Forbidden',
    });
});

test('the author of a blueprint reads revisions, and neither approves nor stores one', async () => {
  const name = await store('authored');
  const alice = { as: 'alice', name };
  for (const attempt of [
    () => revisions.approve(alice, approvalBy('alice')),
    () => revisions.create('alice', revisions.build('by-alice')),
    () => revisions.patch(alice, 'merge', { metadata: { annotations: { note: 'x' } } }),
    () => revisions.replace(alice, (live) => live),
  ])
    expect(await refusal(attempt())).toMatchObject({
      reason: 'Forbidden',
      message: expect.stringContaining('cannot'),
    });
  await revisions.approve({ as: 'bob', name }, approvalBy('bob'));
});

test('whoever has all rights on revisions neither creates nor changes one, and deletes it', async () => {
  const name = await store('stored');
  const mallory = { as: 'mallory', name };
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: crypto.randomUUID() };
  for (const attempt of [
    () => revisions.create('mallory', revisions.build('by-mallory')),
    () => revisions.patch({ ...mallory, name: 'applied' }, 'apply', revisions.build('applied')),
    () =>
      revisions.patch(mallory, 'merge', { metadata: { annotations: { 'fluxblueprint.io/author': 'bob' } } }),
    () => revisions.patch(mallory, 'merge', { metadata: { labels: { 'fluxblueprint.io/revision': '7' } } }),
    () => revisions.patch(mallory, 'merge', { metadata: { finalizers: ['example.com/x'] } }),
    // The garbage collector would delete it.
    () => revisions.patch(mallory, 'merge', { metadata: { ownerReferences: [owner] } }),
  ])
    expect(await refusal(attempt())).toMatchObject(OPERATOR_ONLY);
  await revisions.patch({ as: OPERATOR, name }, 'merge', { metadata: { annotations: { note: 'x' } } });
  await revisions.patch({ as: undefined, name }, 'merge', { metadata: { labels: { note: 'x' } } });
  await revisions.delete('mallory', name);
});

test('nobody changes when somebody approved, also beside what he may change', async () => {
  const name = await store('timed');
  await revisions.patch({ as: OPERATOR, name }, 'merge', { metadata: { finalizers: ['example.com/x'] } });
  await revisions.approve({ as: 'bob', name }, approvalBy('bob'));
  const { managedFields = [] } = (await revisions.get(name)).metadata;
  const past = managedFields.map((entry) => ({ ...(entry as object), time: '2020-01-01T00:00:00Z' }));
  const tampering: readonly object[][] = [past, [{}]];
  for (const fields of tampering) {
    const metadata = { finalizers: null, managedFields: fields };
    expect(await refusal(revisions.patch({ as: 'mallory', name }, 'merge', { metadata }))).toMatchObject(
      OPERATOR_ONLY,
    );
  }
  await revisions.patch({ as: 'mallory', name }, 'merge', { metadata: { finalizers: null } });
});

test('the garbage collector takes owners and finalizers off, and a write that changes nothing passes', async () => {
  const revision = revisions.build('owned');
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: crypto.randomUUID() };
  const metadata = { ...revision.metadata, ownerReferences: [owner], finalizers: ['foregroundDeletion'] };
  await revisions.create(OPERATOR, { ...revision, metadata });
  const mallory = { as: 'mallory', name: 'owned' };
  await revisions.replace(mallory, (live) => live);
  await revisions.patch(mallory, 'merge', { metadata: { ownerReferences: null, finalizers: null } });
  expect((await revisions.get('owned')).metadata.finalizers).toBeUndefined();
});

test('neither the operator nor anybody else changes what a revision stores', async () => {
  const name = await store('immutable');
  for (const spec of [
    { snapshot: { layers: [{ name: 'other' }] } },
    { revision: 2 },
    { digest: `sha256:${'f'.repeat(64)}` },
  ])
    expect(await refusal(revisions.patch({ as: OPERATOR, name }, 'merge', { spec }))).toMatchObject({
      reason: 'Invalid',
    });
});

test('the operator approves nothing, and a cluster admin repairs what he must', async () => {
  const name = await store('repaired');
  await refusal(revisions.approve({ as: OPERATOR, name }, approvalBy(OPERATOR)));
  await revisions.approve({ as: undefined, name }, { ...approvalBy('somebody'), at: '2025-01-01T00:00:00Z' });
  expect(await refusal(revisions.patch(statusOf('bob', name), 'merge', { status: null }))).toMatchObject({
    reason: 'Forbidden',
  });
  await revisions.patch(statusOf(undefined, name), 'merge', { status: null });
  expect(await revisions.approvals(name)).toEqual([]);
});
