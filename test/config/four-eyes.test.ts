import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { API_VERSION, AUTHOR, FINALIZER, GROUP, KIND, PLURAL } from '../../src/api/names.ts';
import { refOf } from '../../src/api/object.ts';
import { refusal } from '../harness/api-server/environment.ts';
import { waitFor } from '../harness/wait-for.ts';
import {
  applyAll,
  installDefault,
  startInstallCluster,
  untilRefused,
  type InstallCluster,
} from './cluster.ts';
import { buildKustomization, findObject } from './kustomize.ts';
import { approvalBy, OPERATOR, Revisions } from './revisions.ts';

let environment: InstallCluster;
let revisions: Revisions;

beforeAll(async () => {
  environment = await startInstallCluster();
  const { admin } = environment;
  await installDefault(admin);
  for (const folder of ['policy', 'four-eyes']) await applyAll(admin, await buildKustomization(folder));
  await applyAll(admin, [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'authors-and-approvers' },
      rules: [{ apiGroups: [GROUP], resources: ['*'], verbs: ['*'] }],
    },
  ]);
  revisions = await Revisions.open(admin, { alice: 'authors-and-approvers', bob: 'authors-and-approvers' });
  await untilInForce();
});

afterAll(() => environment.stop());

async function untilInForce(): Promise<void> {
  await untilRefused('to name another author', () =>
    write('alice', 'bob', 'probe', `./${crypto.randomUUID()}`),
  );
  await revisions.create(OPERATOR, revisions.build('probe', { [AUTHOR]: 'alice' }));
  await untilRefused('to approve as the author', () =>
    revisions.approve({ as: 'alice', name: 'probe' }, approvalBy('alice')),
  );
}

/** Applies a blueprint. `path` makes the specs differ. */
function write(as: string, author: string | undefined, name: string, path = './apps'): Promise<unknown> {
  const annotations = author === undefined ? {} : { [AUTHOR]: author };
  const git = { url: 'https://example.com/repository', ref: { branch: 'main' } };
  const spec = { sources: [{ name: 'fleet', git }], layers: [{ name: 'apps', path, kustomization: {} }] };
  return patch(
    as,
    name,
    { apiVersion: API_VERSION, kind: KIND, metadata: { name, annotations }, spec },
    'apply',
  );
}

function patch(
  as: string | undefined,
  name: string,
  body: object,
  way: 'apply' | 'merge' = 'merge',
): Promise<unknown> {
  return environment.admin.transport.request({
    method: 'PATCH',
    path: `/apis/${API_VERSION}/namespaces/${revisions.namespace}/${PLURAL}/${name}`,
    query: { fieldManager: 'kubectl', force: way === 'apply' ? true : undefined },
    contentType: way === 'apply' ? 'application/apply-patch+yaml' : 'application/merge-patch+json',
    body,
    as,
  });
}

const WRONG_AUTHOR = (user: string) => ({
  reason: 'Forbidden',
  message: expect.stringContaining(`must name the user who writes the spec, which is ${user}`),
});

test('whoever writes a spec names himself as its author, a cluster admin too', async () => {
  for (const author of ['bob', undefined, 'Alice'])
    expect(await refusal(write('alice', author, 'written'))).toMatchObject(WRONG_AUTHOR('alice'));
  await write('alice', 'alice', 'written');
  expect(await refusal(write('bob', 'alice', 'written', './other'))).toMatchObject(WRONG_AUTHOR('bob'));
  expect(await refusal(patch('bob', 'written', { spec: { suspend: true } }))).toMatchObject(
    WRONG_AUTHOR('bob'),
  );
  expect(await refusal(patch(undefined, 'written', { spec: { suspend: true } }))).toMatchObject({
    reason: 'Forbidden',
  });
  await write('bob', 'bob', 'written', './other');
});

test('without a change of the spec the author stays, and anybody changes other metadata and the operator its own', async () => {
  await write('alice', 'alice', 'kept');
  const authored = (author: string | null) => ({ metadata: { annotations: { [AUTHOR]: author } } });
  for (const author of ['bob', 'carol', null])
    expect(await refusal(patch('bob', 'kept', authored(author)))).toMatchObject({ reason: 'Forbidden' });
  await patch('bob', 'kept', { metadata: { labels: { note: 'x' } } });
  await patch(OPERATOR, 'kept', { metadata: { finalizers: [FINALIZER] } });
  await patch(OPERATOR, 'kept', { metadata: { finalizers: null } });
});

test('a blueprint from before has no author, and gets one who names himself', async () => {
  const { admin } = environment;
  const binding = findObject(
    await buildKustomization('four-eyes'),
    'ValidatingAdmissionPolicyBinding',
    'fluxblueprint-author',
  );
  await admin.cluster.delete(refOf(binding));
  await waitFor('the policy is off', () =>
    write('alice', undefined, 'former').then(
      () => true,
      () => false,
    ),
  );
  await applyAll(admin, [binding]);
  await untilRefused('to name no author', () => write('alice', undefined, `probe-${crypto.randomUUID()}`));
  const claim = { metadata: { annotations: { [AUTHOR]: 'bob' } } };
  expect(await refusal(patch('alice', 'former', claim))).toMatchObject(WRONG_AUTHOR('alice'));
  await patch('bob', 'former', claim);
});

test('who wrote a spec does not approve it, and another person does', async () => {
  await revisions.create(OPERATOR, revisions.build('authored', { [AUTHOR]: 'alice' }));
  const name = 'authored';
  const status = { approvals: [approvalBy('alice')] };
  for (const attempt of [
    () => revisions.approve({ as: 'alice', name }, approvalBy('alice')),
    () => revisions.patch({ as: 'alice', name, subresource: 'status' }, 'merge', { status }),
    () => revisions.replace({ as: 'alice', name, subresource: 'status' }, (live) => ({ ...live, status })),
  ])
    expect(await refusal(attempt())).toMatchObject({
      reason: 'Forbidden',
      message: expect.stringContaining('who wrote the spec of a revision does not approve it'),
    });
  await revisions.approve({ as: 'bob', name }, approvalBy('bob'));
  expect(await refusal(revisions.approve({ as: 'alice', name }, approvalBy('alice')))).toMatchObject({
    reason: 'Forbidden',
  });
  const owned = { metadata: { annotations: { [AUTHOR]: 'bob' } } };
  expect(await refusal(revisions.patch({ as: 'alice', name }, 'merge', owned))).toMatchObject({
    reason: 'Forbidden',
  });
});

test('a revision of an author whom nobody knows is approved by nobody but a cluster admin', async () => {
  await revisions.create(OPERATOR, revisions.build('unknown'));
  expect(await refusal(revisions.approve({ as: 'bob', name: 'unknown' }, approvalBy('bob')))).toMatchObject({
    reason: 'Forbidden',
    message: expect.stringContaining('nobody knows who wrote the spec'),
  });
  await revisions.approve({ as: undefined, name: 'unknown' }, approvalBy('admin'));
});

test('an author takes back what he approved before he could no longer', async () => {
  await revisions.create(OPERATOR, revisions.build('withdrawn', { [AUTHOR]: 'alice' }));
  await revisions.approve({ as: 'bob', name: 'withdrawn' }, approvalBy('bob'));
  await revisions.patch({ as: OPERATOR, name: 'withdrawn' }, 'merge', {
    metadata: { annotations: { [AUTHOR]: 'bob' } },
  });
  await revisions.patch({ as: 'bob', name: 'withdrawn', subresource: 'status' }, 'merge', {
    status: { approvals: [] },
  });
  expect(await revisions.approvals('withdrawn')).toEqual([]);
});
