import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { OperatorMetrics } from '../../../src/app/metrics/operator-metrics.ts';
import type { BlueprintFigures } from '../../../src/ports/metrics.ts';
import { Priority } from '../../../src/ports/work-queue.ts';
import { FairWorkQueue } from '../../../src/runtime/work-queue.ts';
import { readMetrics } from '../../harness/operator/metrics.ts';
import { ManualClock } from '../../harness/manual-clock.ts';

function make() {
  const clock = new ManualClock();
  const metrics = new OperatorMetrics({ clock, version: '1.2.3', concurrent: 7 });
  const read = async (name: string, labels: Record<string, string> = {}) =>
    readMetrics(await metrics.render()).value(name, labels);
  return { clock, metrics, read };
}

const figures: BlueprintFigures = {
  ready: true,
  stalled: false,
  suspended: false,
  objects: { ready: 3, failed: 1 },
  findings: { warning: 2 },
  waitingSince: {},
};

const queue = { name: 'fluxblueprint', controller: 'fluxblueprint' };

test('everything that dashboards and alerts ask for by name is there before anything happened', async () => {
  const { metrics } = make();
  metrics.requests('https://10.0.0.1:6443');
  const { families } = readMetrics(await metrics.render());
  const usual = [
    ...['total', 'errors_total', 'time_seconds'].map((end) => `controller_runtime_reconcile_${end}`),
    ...['active_workers', 'max_concurrent_reconciles'].map((end) => `controller_runtime_${end}`),
    ...['depth', 'adds_total', 'retries_total', 'queue_duration_seconds', 'work_duration_seconds'].map(
      (end) => `workqueue_${end}`,
    ),
    ...['unfinished_work_seconds', 'longest_running_processor_seconds'].map((end) => `workqueue_${end}`),
    ...['rest_client_requests_total', 'rest_client_request_duration_seconds'],
    ...['process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_start_time_seconds'],
    ...['nodejs_eventloop_lag_seconds', 'nodejs_gc_duration_seconds', 'nodejs_heap_size_used_bytes'],
  ];
  const ours = [
    ...['ready', 'stalled', 'suspended', 'objects', 'findings', 'build_info', 'gate_waiting_seconds'],
    ...['drift_repaired_total', 'applies_total', 'applies_skipped_total', 'pruned_total'],
  ].map((end) => `fluxblueprint_${end}`);
  expect([...families.keys()]).toEqual(expect.arrayContaining([...usual, ...ours]));
});

test('how long changes wait at gates is told as of the scrape, and never as less than nothing', async () => {
  const { clock, metrics, read } = make();
  const name = 'fluxblueprint_gate_waiting_seconds';
  const now = clock.now();
  metrics.blueprints.setBlueprint('apps/shop', {
    ...figures,
    waitingSince: { Approval: now - 90_000, Window: now + 5_000 },
  });
  const at = (gate: string): Promise<number | undefined> =>
    read(name, { namespace: 'apps', name: 'shop', gate });
  expect(await Promise.all([at('Approval'), at('Window'), at('After')])).toEqual([90, 0, undefined]);
});

test('what counts up begins at nought, so that the first increase is seen', async () => {
  const { read } = make();
  for (const cause of ['create', 'update', 'drift'])
    expect(await read('fluxblueprint_applies_total', { cause })).toBe(0);
  for (const result of ['success', 'error', 'requeue', 'requeue_after'])
    expect(await read('controller_runtime_reconcile_total', { controller: 'fluxblueprint', result })).toBe(0);
  expect(await read('fluxblueprint_build_info', { version: '1.2.3' })).toBe(1);
  expect(await read('controller_runtime_max_concurrent_reconciles', { controller: 'fluxblueprint' })).toBe(7);
});

test('a reconcile is counted as a whole', async () => {
  const { metrics, read } = make();
  metrics.blueprints.countReconcile({ applied: { create: 2, update: 1, drift: 4 }, skipped: 10, pruned: 3 });
  metrics.blueprints.countReconcile({ applied: { create: 0, update: 0, drift: 1 }, skipped: 16, pruned: 0 });
  expect(await read('fluxblueprint_applies_total', { cause: 'create' })).toBe(2);
  expect(await read('fluxblueprint_applies_total', { cause: 'drift' })).toBe(5);
  expect(await read('fluxblueprint_drift_repaired_total')).toBe(5);
  expect(await read('fluxblueprint_applies_skipped_total')).toBe(26);
  expect(await read('fluxblueprint_pruned_total')).toBe(3);
});

test('a blueprint is shown as it was reported last, and no more once it is gone', async () => {
  const { metrics, read } = make();
  const one = { namespace: 'apps', name: 'one' };
  metrics.blueprints.setBlueprint('apps/one', figures);
  metrics.blueprints.setBlueprint('apps/two', { ...figures, ready: false, stalled: true, suspended: true });
  expect(await read('fluxblueprint_ready', one)).toBe(1);
  expect(await read('fluxblueprint_ready', { ...one, name: 'two' })).toBe(0);
  expect(await read('fluxblueprint_stalled', { ...one, name: 'two' })).toBe(1);
  expect(await read('fluxblueprint_suspended', { ...one, name: 'two' })).toBe(1);
  expect(await read('fluxblueprint_objects', { ...one, state: 'failed' })).toBe(1);
  metrics.blueprints.setBlueprint('apps/one', { ...figures, objects: { ready: 4, failed: 0 }, findings: {} });
  expect(await read('fluxblueprint_objects', { ...one, state: 'failed' })).toBe(0);
  expect(await read('fluxblueprint_findings', { ...one, severity: 'warning' })).toBeUndefined();
  metrics.blueprints.forgetBlueprint('apps/one');
  const text = await metrics.render();
  expect(text).not.toContain('name="one"');
  expect(text).toContain('name="two"');
});

test('reconciles are counted by result, as controller-runtime does', async () => {
  const { metrics, read } = make();
  const { onReconciled } = metrics.controller;
  onReconciled('a/x', { kind: 'done' }, 20);
  onReconciled('a/x', { kind: 'stalled', reason: 'x' }, 20);
  onReconciled('a/x', { kind: 'waiting', reason: 'x', requeueAfterMs: 5 }, 20);
  onReconciled('a/x', { kind: 'failed', error: new Error('x') }, 1500);
  const controller = 'fluxblueprint';
  const results = ['success', 'requeue_after', 'error'].map((result) =>
    read('controller_runtime_reconcile_total', { controller, result }),
  );
  expect(await Promise.all(results)).toEqual([2, 1, 1]);
  expect(await read('controller_runtime_reconcile_errors_total', { controller })).toBe(1);
  expect(await read('controller_runtime_reconcile_time_seconds_sum', { controller })).toBeCloseTo(1.56);
  expect(await read('controller_runtime_reconcile_time_seconds_bucket', { controller, le: '0.025' })).toBe(3);
  expect(await read('controller_runtime_active_workers', { controller })).toBe(0);
  metrics.controller.follow({ active: 3 });
  expect(await read('controller_runtime_active_workers', { controller })).toBe(3);
});

test('the queue reports how many keys wait, for how long, and how long the work on them takes', async () => {
  const { clock, metrics, read } = make();
  const keys = new FairWorkQueue({ clock, random: () => 0, metrics: metrics.queue });
  keys.add('a/x', Priority.Resync);
  keys.add('a/x', Priority.Spec);
  keys.add('a/y', Priority.Event);
  keys.addAfter('a/z', 60_000, Priority.Event);
  expect(await read('workqueue_depth', queue)).toBe(2);
  expect(await read('workqueue_adds_total', queue)).toBe(2);
  clock.advance(2000);
  expect(await keys.take()).toBe('a/x');
  expect(await read('workqueue_queue_duration_seconds_sum', queue)).toBe(2);
  clock.advance(3000);
  expect(await keys.take()).toBe('a/y');
  clock.advance(1000);
  expect(await read('workqueue_depth', queue)).toBe(0);
  expect(await read('workqueue_unfinished_work_seconds', queue)).toBe(5);
  expect(await read('workqueue_longest_running_processor_seconds', queue)).toBe(4);
  keys.addRateLimited('a/x');
  keys.done('a/x');
  expect(await read('workqueue_work_duration_seconds_sum', queue)).toBe(4);
  expect(await read('workqueue_retries_total', queue)).toBe(1);
  clock.advance(60_000);
  expect(await read('workqueue_adds_total', queue)).toBe(4);
});

test('a key that is added while it is worked on counts when it waits again', async () => {
  const { clock, metrics, read } = make();
  const keys = new FairWorkQueue({ clock, random: () => 0, metrics: metrics.queue });
  keys.add('a/x', Priority.Event);
  await keys.take();
  keys.add('a/x', Priority.Event);
  expect(await read('workqueue_depth', queue)).toBe(0);
  keys.done('a/x');
  expect(await read('workqueue_depth', queue)).toBe(1);
  expect(await read('workqueue_adds_total', queue)).toBe(2);
});

test('requests are counted by status, method and host, and those without an answer as client-go does', async () => {
  const { metrics, read } = make();
  const record = metrics.requests('https://10.0.0.1:6443/prefix');
  const host = '10.0.0.1:6443';
  record('PATCH', 200, 30);
  record('PATCH', 409, 30);
  record('GET', undefined, 3000);
  expect(await read('rest_client_requests_total', { code: '409', method: 'PATCH', host })).toBe(1);
  expect(await read('rest_client_requests_total', { code: '<error>', method: 'GET', host })).toBe(1);
  expect(await read('rest_client_request_duration_seconds_count', { verb: 'PATCH', host })).toBe(2);
});

test('a name of the cluster cannot break out of its label', async () => {
  const { metrics, read } = make();
  metrics.blueprints.setBlueprint('a/b"} 1\nforged{x="', figures);
  const text = await metrics.render();
  expect(text).not.toMatch(/^forged/m);
  expect(await read('forged')).toBeUndefined();
});

test('every metric is described in docs/metrics.md, and every alert asks for one that exists', async () => {
  const { metrics } = make();
  metrics.requests('https://10.0.0.1:6443');
  const { families } = readMetrics(await metrics.render());
  const docs = await readFile(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
  const named = [...families.keys()].filter((name) => !/^(process|nodejs)_/.test(name));
  const unreported = named.filter(
    (name) => !docs.includes(name.replace(/^workqueue(_adds_total|_retries_total)$/, '$1')),
  );
  expect(unreported).toEqual([]);
  const rules = await readFile(new URL('../../../config/monitoring/rules.yaml', import.meta.url), 'utf8');
  const asked = [
    ...rules.matchAll(/\b(?:fluxblueprint|controller_runtime|workqueue|rest_client)_[a-z_]+\b/g),
  ].map(([name]) => name.replace(/_bucket$/, ''));
  expect(asked.length).toBeGreaterThan(3);
  expect(asked.filter((name) => !families.has(name))).toEqual([]);
});
