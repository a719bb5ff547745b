import { expect, test } from '@jest/globals';
import type { Status } from '../../../src/api/schema/status.ts';
import { trackDesired } from '../../../src/core/objects/inventory.ts';
import {
  type ReportedObjects,
  type StatusFacts,
  type StatusReport,
  findWebhooks,
  newFindings,
  nextStatus,
  statusDelay,
} from '../../../src/core/status/next-status.ts';
import { desiredObject, liveObject } from '../live.ts';

const NOW = '2026-11-28T12:00:00Z';

const FACTS: StatusFacts = {
  generation: 2,
  now: NOW,
  request: undefined,
  findings: undefined,
  ageRecipient: undefined,
};

const REPORT: StatusReport = { state: { type: 'ready', message: '1/1 ready' }, tracked: [], final: true };

const OBJECTS: ReportedObjects = {
  summary: { components: '1/1', ready: 1, progressing: 0, blocked: 0, failed: 0, suspended: 0, total: 1 },
  layers: [],
  components: [],
  environments: [],
  receivers: [],
  settled: true,
  cause: undefined,
  webhooks: [],
};

const FINDING = {
  rule: 'mutable-ref',
  severity: 'warning',
  path: 'spec.sources[0].git.ref',
  target: 'sources/fleet',
  message: 'sources/fleet: follows a branch',
  seenIn: 'blueprint',
} as const;

function next(before: Status, report: Partial<StatusReport> = {}, facts: Partial<StatusFacts> = {}): Status {
  return nextStatus(before, { ...REPORT, ...report }, { ...FACTS, ...facts });
}

test('the same report on its own status changes nothing', () => {
  const report = { objects: OBJECTS, digest: 'sha256:a', plan: null, lastAppliedDigest: 'sha256:a' };
  const facts = { findings: [FINDING], ageRecipient: 'age1abc', request: 'now' };
  const once = next({}, report, facts);
  expect(next(once, report, { ...facts, now: '2026-11-28T13:00:00Z' })).toEqual(once);
});

test('what a report leaves out stays, and what it reports as empty goes', () => {
  const plan = { digest: 'sha256:a', create: 1, update: 0, delete: 0, names: ['create Kustomization/a/b'] };
  const full = next(
    {},
    { objects: { ...OBJECTS, webhooks: [{ name: 'hook', namespace: 'a', path: '/hook/1' }] }, plan },
    {
      findings: [FINDING],
      ageRecipient: 'age1abc',
    },
  );
  expect(full).toMatchObject({ plan, webhooks: [{ name: 'hook' }], ageRecipient: 'age1abc' });
  expect(full.findings).toEqual([
    { rule: 'mutable-ref', severity: 'warning', path: FINDING.path, message: FINDING.message },
  ]);
  expect(next(full)).toEqual({ ...full, history: full.history });
  const emptied = next(full, { objects: OBJECTS, plan: null }, { findings: [], ageRecipient: null });
  for (const field of ['plan', 'webhooks', 'findings', 'ageRecipient'])
    expect(emptied).not.toHaveProperty(field);
});

test('a digest in force stays for its generation alone, and goes where a report says so', () => {
  const before = next({}, { lastAppliedDigest: 'sha256:a' });
  expect(before.lastAppliedDigest).toBe('sha256:a');
  expect(next(before).lastAppliedDigest).toBe('sha256:a');
  expect(next(before, {}, { generation: 3 }).lastAppliedDigest).toBeUndefined();
  expect(next(before, { lastAppliedDigest: null }).lastAppliedDigest).toBeUndefined();
});

test('a request is handled, and the history written, only at the end of a reconcile', () => {
  const report = { digest: 'sha256:a' };
  const underway = next({}, { ...report, final: false }, { request: 'please' });
  expect(underway).not.toHaveProperty('lastHandledReconcileAt');
  expect(underway).not.toHaveProperty('history');
  const over = next(underway, report, { request: 'please' });
  expect(over.lastHandledReconcileAt).toBe('please');
  expect(over.history).toMatchObject([{ digest: 'sha256:a', generation: 2, firstReconciled: NOW }]);
});

test('the inventory is that of the report', () => {
  const { inventory } = next({}, { tracked: [trackDesired(desiredObject('apps'))] });
  expect(inventory).toEqual([
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      namespaces: { 'flux-system': { apps: 1 } },
    },
  ]);
});

test('an empty inventory is not stored before a reconcile got as far as the objects', () => {
  const refused = next({});
  expect(refused).not.toHaveProperty('inventory');
  expect(next(refused)).not.toHaveProperty('inventory');
  const reconciled = next(refused, { objects: OBJECTS });
  expect(reconciled.inventory).toEqual([]);
  expect(next(reconciled).inventory).toEqual([]);
});

test('webhooks are those that Flux has published', () => {
  const ref = (name: string) => ({ apiVersion: 'v1', kind: 'Receiver', namespace: 'flux-system', name });
  const live: Record<string, unknown> = { a: { webhookPath: '/hook/a' }, b: {}, c: { webhookPath: 7 } };
  const found = findWebhooks(['a', 'b', 'c', 'd'].map(ref), ({ name }) =>
    name in live ? liveObject({ kind: 'Receiver', status: live[name] }) : undefined,
  );
  expect(found).toEqual([{ name: 'a', namespace: 'flux-system', path: '/hook/a' }]);
});

test('numbers wait for what is left of a second since the last write', () => {
  const before = next({}, { objects: OBJECTS });
  const after: Status = { ...before, summary: { ...OBJECTS.summary, ready: 0 } };
  expect(statusDelay(before, after, 300)).toBe(700);
  expect(statusDelay(before, after, 1_000)).toBe(0);
  expect(statusDelay(before, after, Infinity)).toBe(0);
});

test('news never wait', () => {
  const before = next({});
  const news: Status[] = [
    next(before, { state: { type: 'stalled', reason: 'InvalidBlueprint', message: 'wrong' } }),
    next(before, {}, { generation: 3 }),
    next(before, {}, { request: 'please' }),
    next(before, {}, { ageRecipient: 'age1abc' }),
    next(before, { lastAppliedDigest: 'sha256:a' }),
  ];
  expect(news.map((after) => statusDelay(before, after, 0))).toEqual([0, 0, 0, 0, 0]);
});

test('findings are new where the status before had not the same, and information is not announced', () => {
  const second = { ...FINDING, rule: 'unbounded-wait' as const, path: 'spec.layers[0]' };
  const info = { ...FINDING, rule: 'short-interval' as const, severity: 'info' as const };
  const before = next({}, {}, { findings: [FINDING] });
  const after = next({}, {}, { findings: [FINDING, second, info] });
  expect(newFindings(before, after)).toEqual([
    'spec.layers[0]: sources/fleet: follows a branch (unbounded-wait)',
  ]);
  expect(newFindings(after, before)).toEqual([]);
});

test('an environment is not said to be ready with a revision that just came in force there', () => {
  const report = (revision: number): StatusReport['rollout'] => ({
    wanted: { revision: 2, digest: 'two' },
    stages: [
      {
        environment: 'staging',
        inForce: { revision, digest: `digest ${revision}`, since: 0, stored: true, earlier: [] },
        keeps: { deadline: false, followed: false },
        waitsFor: undefined,
        plan: undefined,
      },
    ],
    now: 0,
  });
  const environments = [{ name: 'staging', state: 'Ready' as const, ready: 3, total: 3 }];
  const before = next({}, { rollout: report(1), objects: { ...OBJECTS, environments } });
  expect(before.environments).toMatchObject([{ state: 'Ready', revision: 1 }]);
  expect(next(before, { rollout: report(1) }).environments).toMatchObject([{ state: 'Ready', revision: 1 }]);
  const begun = next(before, { rollout: report(2) });
  expect(begun.environments).toMatchObject([{ state: 'Progressing', revision: 2, ready: 3, total: 3 }]);
  const ready = next(begun, { rollout: report(2), objects: { ...OBJECTS, environments } });
  expect(ready.environments).toMatchObject([{ state: 'Ready', revision: 2 }]);
});
