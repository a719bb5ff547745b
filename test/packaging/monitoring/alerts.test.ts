import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { type Alert, every, evaluate, type Scrape } from './promql.ts';
import { runIntoTrouble, type TroubledRun } from './troubled-run.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

interface Rule {
  alert: string;
  expr: string;
  for?: string;
  annotations: { summary: string; runbook: string };
}

let run: TroubledRun;
let groups: { name: string; rules: Rule[] }[];
let rules: string;

beforeAll(async () => {
  const text = await readFile(join(root, 'config/monitoring/rules.yaml'), 'utf8');
  groups = (parse(text) as { spec: { groups: typeof groups } }).spec.groups;
  rules = stringify({ groups });
  run = await runIntoTrouble();
});

const labels = { job: 'fluxblueprint-controller-metrics', instance: '10.0.0.1:8443', pod: 'controller-1' };

/** A state of the operator that Prometheus finds each minute for a while. */
function hold(text: string, from: number, to: number, step = MINUTE): Scrape {
  return { text, labels, seconds: every(step, from, to) };
}

async function alertsOf(...scrapes: Scrape[]): Promise<Alert[]> {
  return (await evaluate({ scrapes, rules })).alerts;
}

/** The alerts that fire, each with the blueprint that it is about. */
function firing(alerts: readonly Alert[]): string[] {
  return (
    alerts
      .filter(({ state }) => state === 'firing')
      // A queue has a name, too; only blueprints have a namespace.
      .map(({ name, labels: about }) =>
        about['namespace'] === undefined ? name : `${name} ${about['name'] ?? ''}`,
      )
      .sort()
  );
}

test('while all is well no alert fires or is about to', async () => {
  expect(await alertsOf(hold(run.calm, 0, DAY, 4 * MINUTE))).toEqual([]);
});

test('blueprints that are not ready, refused, failed or fought over are told within half an hour, and no others', async () => {
  const alerts = await alertsOf(
    hold(run.calm, 0, 10 * MINUTE),
    hold(run.troubled, 11 * MINUTE, 30 * MINUTE),
    hold(run.fought, 31 * MINUTE, 40 * MINUTE),
  );
  expect(firing(alerts)).toEqual([
    'FluxBlueprintDriftFight',
    'FluxBlueprintNotReady failed',
    'FluxBlueprintNotReady refused',
    'FluxBlueprintObjectsFailed failed',
    'FluxBlueprintStalled refused',
  ]);
  expect(alerts.find(({ name }) => name === 'FluxBlueprintStalled')?.annotations['summary']).toBe(
    `${run.namespace}/refused waits for a change by somebody`,
  );
});

test('what is suspended or waits for an approval is told after a day', async () => {
  const pending = await alertsOf(
    hold(run.calm, 0, 8 * MINUTE),
    hold(run.troubled, 12 * MINUTE, DAY, 4 * MINUTE),
  );
  expect(firing(pending)).not.toContain('FluxBlueprintSuspended idle');
  const alerts = await alertsOf(
    hold(run.troubled, 0, DAY, 4 * MINUTE),
    hold(run.stuck, DAY + MINUTE, DAY + 5 * MINUTE),
  );
  expect(firing(alerts)).toEqual(
    expect.arrayContaining(['FluxBlueprintSuspended idle', 'FluxBlueprintChangeWaits gated']),
  );
});

test('writes that fail are told', async () => {
  const alerts = await alertsOf(
    hold(run.fought, 0, 15 * MINUTE),
    hold(run.faltering, 16 * MINUTE, 17 * MINUTE),
    hold(run.failing, 18 * MINUTE, 25 * MINUTE),
  );
  expect(firing(alerts)).toEqual(
    expect.arrayContaining(['FluxBlueprintApiErrors', 'FluxBlueprintReconcileErrors']),
  );
});

test('an operator that hangs is told at once, and a queue that does not empty after a quarter of an hour', async () => {
  const begun = await alertsOf(hold(run.stuck, 0, MINUTE));
  expect(firing(begun)).toContain('FluxBlueprintHangs');
  expect(firing(begun)).not.toContain('FluxBlueprintQueueGrows');
  expect(firing(await alertsOf(hold(run.stuck, 0, 16 * MINUTE)))).toContain('FluxBlueprintQueueGrows');
});

test('an operator that answers no more is told after some minutes, and one that did is not', async () => {
  const gone = [hold(run.calm, 0, 10 * MINUTE), hold('', 11 * MINUTE, 25 * MINUTE)];
  expect(firing(await alertsOf(...gone))).toEqual(['FluxBlueprintOperatorDown']);
});

test('every alert is one that fires above, and has a runbook of its own', async () => {
  const names = groups.flatMap((group) => group.rules.map(({ alert }) => alert));
  const source = await readFile(import.meta.filename, 'utf8');
  for (const name of names) expect(source).toContain(`'${name}`);
  const runbooks = (await readdir(join(root, 'docs/runbooks'))).filter((file) => file !== 'README.md');
  expect(runbooks.sort()).toEqual(names.map((name) => `${name}.md`).sort());
  for (const { annotations } of groups.flatMap((group) => group.rules)) {
    expect(annotations.summary.length).toBeLessThan(120);
    expect(existsSync(join(root, annotations.runbook))).toBe(true);
  }
});

interface Dashboard {
  templating: { list: { name: string; definition?: string }[] };
  panels: { title: string; type: string; targets?: { expr: string }[] }[];
}

test('every panel of the dashboard shows something of the run', async () => {
  const dashboard = JSON.parse(
    await readFile(join(root, 'config/monitoring/dashboard.json'), 'utf8'),
  ) as Dashboard;
  const panels = dashboard.panels.filter(({ type }) => type !== 'row');
  const asked = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
  const expressions = asked.map(({ expr }) =>
    expr.replaceAll('$namespace', '.*').replaceAll('$__rate_interval', '5m'),
  );
  expect(expressions.filter((expression) => expression.includes('$'))).toEqual([]);
  const scrapes = [
    hold(run.calm, 0, 10 * MINUTE),
    hold(run.troubled, 11 * MINUTE, 12 * MINUTE),
    hold(run.fought, 13 * MINUTE, 14 * MINUTE),
  ];
  const { results } = await evaluate({ scrapes, expressions });
  const empty = asked.filter((_, i) =>
    (results[i] ?? []).every(({ value }) => value === 'NaN' || value === ''),
  );
  expect(empty).toEqual([]);
  expect(panels.length).toBeGreaterThan(15);
});
