/**
 * What a blueprint's status says, decided from plans, health and findings: the whole status (this file), the report on
 * the generated objects (`object-report.ts`), the state of a reconcile (`reconcile-state.ts`, `refusals.ts`),
 * conditions, history, and the limit on the size of a status (`fit-status.ts`). Everything is pure; the operator writes
 * the result. Start with {@link nextStatus}.
 */

import type { ObjectRef, KubeObject } from '../../api/object.ts';
import type { Condition, FindingStatus, PlanStatus, Status } from '../../api/schema/status.ts';
import { type Finding, MORE_FINDINGS } from '../lint/model/finding.ts';
import { type Tracked, writeInventory } from '../objects/inventory.ts';
import { equalJson, valueAt } from '../values/json.ts';
import { type ReconcileState, markConditions } from './conditions.ts';
import { recordProgress } from './history.ts';
import type { ObjectReport } from './object-report.ts';
import { type RolloutReport, describeEnvironments, describeStages } from './rollout-report.ts';

/** The most characters that a status takes of a request to reconcile. */
export const MAX_REQUEST = 256;

/** The most findings and webhooks that a status holds. */
const MAX_FINDINGS = 200;
const MAX_WEBHOOKS = 100;

/** The longest path of a webhook and the longest public key that a status takes, in characters. */
const MAX_WEBHOOK = 256;
const MAX_RECIPIENT = 128;

/** What a status says of the generated objects. */
export interface ReportedObjects extends ObjectReport {
  /** Where the generated receivers listen: {@link findWebhooks}. */
  webhooks: NonNullable<Status['webhooks']>;
}

/** What a reconcile found out, for the status. What is left out stays as it was. */
export interface StatusReport {
  /** What the conditions say. */
  state: ReconcileState;
  /** The inventory. */
  tracked: readonly Tracked[];
  objects?: ReportedObjects;
  /** What was decided about what is in force; undefined where the reconcile did not get as far. */
  rollout?: RolloutReport | undefined;
  /** The digest of what is desired, for the history. */
  digest?: string;
  /** What is left to do; null where nothing is. */
  plan?: PlanStatus | null;
  /** The digest of what was applied in full; null where nothing is any more. */
  lastAppliedDigest?: string | null | undefined;
  /** Whether the reconcile is over: only then is a request to reconcile handled. */
  final: boolean;
}

/** What a status says beside the report, whichever phase wrote it. Undefined stands for "not looked for": it stays. */
export interface StatusFacts {
  generation: number;
  /** Now, as RFC 3339 in whole seconds. */
  now: string;
  /** Somebody's request to reconcile, cut to {@link MAX_REQUEST}. */
  request: string | undefined;
  findings: readonly Finding[] | undefined;
  /** The public key of the age pair; null where there is none. */
  ageRecipient: string | null | undefined;
}

/** The status after a report. Pure: the same report on the same status gives an equal status. */
export function nextStatus(before: Status, report: StatusReport, facts: StatusFacts): Status {
  const { generation, now, request } = facts;
  const { lastAppliedDigest: last, ...kept } = keepUnreported(before, report, facts);
  // A digest that was stored for another generation says nothing about this one.
  const { lastAppliedDigest = before.observedGeneration === generation ? last : undefined } = report;
  const conditions = markConditions(before.conditions ?? [], report.state, generation, now);
  return {
    ...kept,
    observedGeneration: generation,
    conditions,
    ...describeVersions(before, report, conditions, facts),
    ...describeInventory(before, report),
    ...describeFacts(facts),
    ...describeObjects(report),
    ...describeRollout(before, report),
    ...(typeof lastAppliedDigest === 'string' ? { lastAppliedDigest } : {}),
    ...(report.final && request !== undefined ? { lastHandledReconcileAt: request } : {}),
  };
}

/** The status less the fields that are written anew, which are left out where there is nothing to say. */
function keepUnreported(before: Status, report: StatusReport, facts: StatusFacts): Status {
  const { webhooks, findings, ageRecipient, plan, revision, inForce, waitsFor, ...kept } = before;
  return {
    ...kept,
    ...(report.plan === undefined ? { plan } : {}),
    ...(report.rollout === undefined ? { revision, inForce, waitsFor } : {}),
    ...(report.objects === undefined ? { webhooks } : {}),
    ...(facts.findings === undefined ? { findings } : {}),
    ...(facts.ageRecipient === undefined ? { ageRecipient } : {}),
  };
}

/** What is left to do for what is desired now, and how far the last versions came. */
function describeVersions(
  before: Status,
  { digest, plan, final }: StatusReport,
  conditions: readonly Condition[],
  { generation, now }: StatusFacts,
): Partial<Status> {
  const reason = conditions.find(({ type }) => type === 'Ready')?.reason ?? '';
  const history = before.history ?? [];
  const noted =
    digest === undefined || !final ? history : recordProgress(history, { digest, generation, reason }, now);
  return {
    ...unlessEmpty({ history: [...noted] }),
    ...(plan === undefined || plan === null ? {} : { plan }),
  };
}

/**
 * The inventory. An empty one is not stored before a reconcile got as far as the objects: a blueprint that was restored
 * without its status may have one to recover.
 */
function describeInventory({ inventory }: Status, { tracked, objects }: StatusReport): Partial<Status> {
  const unknown = inventory === undefined && objects === undefined && tracked.length === 0;
  return unknown ? {} : { inventory: writeInventory(tracked) };
}

function describeObjects({ objects }: StatusReport): Partial<Status> {
  if (objects === undefined) return {};
  const { summary, layers, components, webhooks } = objects;
  return { summary, layers, components, ...unlessEmpty({ webhooks }) };
}

/** What is in force and what waits. The plan of a change that waits comes before what is left to do of others. */
function describeRollout(before: Status, { objects, rollout }: StatusReport): Partial<Status> {
  const decided = rollout === undefined ? undefined : describeStages(before, rollout);
  const environments = describeEnvironments(before, objects?.environments, decided?.environments);
  return { ...decided?.whole, ...unlessEmpty({ environments }) };
}

function describeFacts({ findings, ageRecipient }: StatusFacts): Partial<Status> {
  return {
    ...(findings === undefined
      ? {}
      : unlessEmpty({ findings: findings.slice(0, MAX_FINDINGS).map(describeFinding) })),
    ...(typeof ageRecipient === 'string' && ageRecipient.length <= MAX_RECIPIENT ? { ageRecipient } : {}),
  };
}

function describeFinding({ rule, severity, path, message }: Finding): FindingStatus {
  return { rule, severity, path, message };
}

/** Leaves out the lists that are empty. */
function unlessEmpty<T extends Record<string, readonly unknown[]>>(lists: T): Partial<T> {
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)) as Partial<T>;
}

/** Where the generated receivers listen, as Flux says in their statuses; the first {@link MAX_WEBHOOKS}. */
export function findWebhooks(
  receivers: readonly ObjectRef[],
  live: (ref: ObjectRef) => KubeObject | undefined,
): NonNullable<Status['webhooks']> {
  return receivers
    .flatMap((ref) => {
      const path = valueAt(live(ref)?.['status'], ['webhookPath']);
      if (typeof path !== 'string' || path.length > MAX_WEBHOOK) return [];
      return [{ name: ref.name, namespace: ref.namespace ?? '', path }];
    })
    .slice(0, MAX_WEBHOOKS);
}

/** How often a status is written whose objects move, in milliseconds. */
const MOVING_MS = 1_000;

/**
 * How long a status may wait, in milliseconds, so that it is written with what will have moved by then. Zero for news:
 * what a condition says, and what somebody asked for or waits for, is never late.
 *
 * @param sinceWriteMs how long ago a status was last written
 */
export function statusDelay(before: Status, after: Status, sinceWriteMs: number): number {
  return isNews(before, after) ? 0 : Math.max(0, MOVING_MS - sinceWriteMs);
}

function isNews(before: Status, after: Status): boolean {
  const newsOf = (status: Status): unknown[] => [
    status.observedGeneration,
    status.conditions?.map(({ type, status: value, reason }) => [type, value, reason]),
    status.lastHandledReconcileAt,
    status.lastAppliedDigest,
    status.ageRecipient,
  ];
  return !equalJson(newsOf(before), newsOf(after));
}

/**
 * The findings of a status, as text, that the one before did not have; those of severity `info` are left out, and how
 * many more there are.
 */
export function newFindings(before: Status, after: Status): string[] {
  const known = new Set((before.findings ?? []).map(nameFinding));
  return (after.findings ?? [])
    .filter(({ severity, rule }) => severity !== 'info' && rule !== MORE_FINDINGS)
    .map(nameFinding)
    .filter((text) => !known.has(text));
}

function nameFinding({ rule, path, message }: FindingStatus): string {
  return `${path}: ${message} (${rule})`;
}
