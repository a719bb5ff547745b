import { expect, test } from '@jest/globals';
import { MAX_OBJECTS } from '../../../src/api/names.ts';
import { Status } from '../../../src/api/schema/status.ts';
import { type Schema, checkSchema } from '../../../src/core/validation/check-schema.ts';
import { Reason, markConditions } from '../../../src/core/status/conditions.ts';
import type { DesiredObject } from '../../../src/core/objects/desired.ts';
import { MAX_STATUS_BYTES, fitStatus } from '../../../src/core/status/fit-status.ts';
import { trackDesired, writeInventory } from '../../../src/core/objects/inventory.ts';
import { describePlan } from '../../../src/core/plan/describe-plan.ts';
import { emptyPlan } from '../../../src/core/plan/plan.ts';
import { reportObjects } from '../../../src/core/status/object-report.ts';
import { desiredObject } from '../live.ts';

const ENVIRONMENTS = 50;
const NOW = '2026-01-02T00:00:00Z';

const DIGEST = `sha256:${'a'.repeat(64)}`;

/** What a status says of a change that waits, as long as it can be. */
const WAITING = {
  revision: 10_000,
  inForce: {
    digest: DIGEST,
    since: NOW,
    completedAt: NOW,
    settledAt: NOW,
    previous: 10_000,
    failed: 10_000,
    earlier: Array.from({ length: 50 }, (_, i) => 10_000 - i),
  },
  waitsFor: { gate: 'Approval' as const, message: 'm'.repeat(1_200), since: NOW, opens: NOW },
  plan: {
    ...{ digest: DIGEST, create: 2000, update: 0, delete: 0 },
    names: Array.from({ length: 100 }, () => `create Kustomization/${'n'.repeat(200)}`),
  },
};

/** As many objects as one blueprint may have, of names as long as a label, in as many layers as fit. */
function manyObjects(): DesiredObject[] {
  return Array.from({ length: MAX_OBJECTS }, (_, i) =>
    desiredObject(String(i).padStart(63, 'n'), {
      wave: i,
      layer: String(i % 200).padStart(63, 'l'),
      environment: String(i % ENVIRONMENTS).padStart(63, 'e'),
    }),
  );
}

/** A status in which everything is as long as it can be. */
function longestStatus(message: string): Status {
  const objects = manyObjects();
  const environments = Array.from({ length: ENVIRONMENTS }, (_, i) => ({
    name: String(i).padStart(63, 'e'),
    after: undefined,
  }));
  const health = new Map(
    objects.map(({ id }) => [id, { state: 'Failed' as const, message, revision: 'r'.repeat(512) }]),
  );
  const { summary, layers, components, ...rest } = reportObjects({ objects, environments }, health);
  const apply = objects.map((object) => ({ object, cause: 'create' as const, drift: [] }));
  const digest = `sha256:${'a'.repeat(64)}`;
  const version = {
    digest,
    generation: 123456,
    firstReconciled: NOW,
    lastReconciled: NOW,
    lastReconciledStatus: Reason.ComponentFailed,
  };
  return {
    observedGeneration: 123456,
    conditions: markConditions(
      [],
      { type: 'failing', reason: Reason.ComponentFailed, message: message.repeat(40), retrying: true },
      123456,
      NOW,
    ),
    summary,
    layers,
    components,
    environments: rest.environments.map((environment) => ({ ...environment, ...WAITING })),
    ...WAITING,
    inventory: writeInventory(objects.map((object) => trackDesired(object))),
    plan: describePlan({ ...emptyPlan(), apply }, digest) as Status['plan'] & object,
    history: Array.from({ length: 5 }, () => version),
    findings: Array.from({ length: 200 }, (_, i) => ({
      rule: 'missing-reference',
      severity: 'warning' as const,
      path: `spec.layers[${i}]`.padEnd(512, '.'),
      message: message.slice(0, 1024),
    })),
    webhooks: Array.from({ length: 100 }, (_, i) => ({
      name: `receiver-${i}`,
      namespace: 'flux-system',
      path: `/hook/${'a'.repeat(64)}`,
    })),
    ageRecipient: `age1${'q'.repeat(58)}`,
    lastAppliedDigest: digest,
    lastHandledReconcileAt: NOW,
  };
}

test.each([
  ['ASCII', 'm'],
  ['wide characters', '字'],
  ['quotes, which JSON makes longer', '"'],
])('the longest status of two thousand objects stays under 200 kB: %s', (_, character) => {
  const status = longestStatus(character.repeat(1024));
  expect(JSON.stringify(status).length).toBeGreaterThan(MAX_STATUS_BYTES);
  const fitted = fitStatus(status);
  expect(Buffer.byteLength(JSON.stringify(fitted))).toBeLessThanOrEqual(MAX_STATUS_BYTES);
  const problems: string[] = [];
  checkSchema(Status as unknown as Schema, fitted, (rule, steps, message) => {
    problems.push(`${steps.join('.')}: ${rule}: ${message}`);
  });
  expect(problems).toEqual([]);
});

/** Checks that conditions say the same, some with the beginning of the message alone. */
function expectSameReasons(fitted: Status['conditions'] = [], all: Status['conditions'] = []): void {
  expect(fitted).toHaveLength(all.length);
  for (const [i, { message, ...rest }] of fitted.entries()) {
    expect(all[i]).toMatchObject(rest);
    expect(message.length).toBeGreaterThan(1_000);
  }
}

test('what is done from is never cut, and each list keeps its beginning', () => {
  const status = longestStatus('m'.repeat(1024));
  const { layers, components, environments, findings, webhooks, plan, conditions, ...whole } =
    fitStatus(status);
  expect(status).toMatchObject(whole);
  expectSameReasons(conditions, status.conditions);
  for (const [kept, all] of [
    [components, status.components],
    [findings, status.findings],
    [webhooks, status.webhooks],
    [plan?.names, status.plan?.names],
  ] as const) {
    expect(kept?.length).toBeGreaterThan(0);
    expect(all?.slice(0, kept?.length)).toEqual(kept);
  }
  expect(environments).toHaveLength(ENVIRONMENTS);
  expect(plan).toMatchObject({ create: MAX_OBJECTS });
  expect(layers?.length).toBeGreaterThan(0);
});

test('of too many layers those that are not ready stay, in their order', () => {
  const status = longestStatus('m'.repeat(1024));
  const layers = (status.layers ?? []).map((layer, i) =>
    i % 50 === 7 ? layer : { ...layer, state: 'Ready' as const },
  );
  const kept = fitStatus({ ...status, layers }).layers ?? [];
  const failed = layers.filter(({ state }) => state === 'Failed');
  expect(kept.length).toBeLessThan(layers.length);
  expect(kept.filter(({ state }) => state === 'Failed')).toEqual(failed);
  expect(layers.filter((layer) => kept.includes(layer))).toEqual(kept);
});

test('a status that fits is left as it is', () => {
  const status: Status = { observedGeneration: 1, components: [], findings: [] };
  expect(fitStatus(status)).toBe(status);
});

test('of findings that do not fit, the counts and the worst stay, in their order', () => {
  const severities = ['info', 'warning', 'error'] as const;
  const listed = Array.from({ length: 190 }, (_, i) => ({
    rule: 'short-interval',
    severity: severities[i % 3] ?? 'info',
    path: `spec.sources[${i}]`,
    message: 'm'.repeat(1024),
  }));
  const count = {
    rule: 'more-findings',
    severity: 'info' as const,
    path: '',
    message: 'and 12 more findings',
  };
  const { findings = [] } = fitStatus({ findings: [...listed, count] }, 150_000);
  expect(findings.length).toBeLessThan(191);
  expect(findings.at(-1)).toEqual(count);
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual(
    listed.filter(({ severity }) => severity === 'error').slice(0, findings.length - 1),
  );
  expect(findings).toEqual([...listed, count].filter((one) => findings.includes(one)));
});

test('of each environment all stays that the operator goes by, and the names of its plan and a message get shorter', () => {
  const status = longestStatus('x'.repeat(1024));
  const { environments = [] } = fitStatus(status);
  expect(environments).toHaveLength(ENVIRONMENTS);
  for (const { inForce, revision, plan, waitsFor } of environments) {
    const earlier = WAITING.inForce.earlier.slice(0, 5);
    expect({ inForce, revision }).toEqual({
      inForce: { ...WAITING.inForce, earlier },
      revision: WAITING.revision,
    });
    expect(plan).toMatchObject({ digest: DIGEST, create: 2000 });
    expect(plan?.names.length).toBeLessThan(100);
    expect(waitsFor?.message.length).toBeLessThanOrEqual(60);
  }
});
