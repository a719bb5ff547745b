import { expect, test } from '@jest/globals';
import { Spec } from '../../../src/api/schema/spec.ts';
import { Status } from '../../../src/api/schema/status.ts';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import { compile } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import { lint } from '../../../src/core/lint/lint.ts';
import { describePlan } from '../../../src/core/plan/describe-plan.ts';
import { emptyPlan } from '../../../src/core/plan/plan.ts';
import type { ReconcileState } from '../../../src/core/status/conditions.ts';
import { MAX_STATUS_BYTES, fitStatus } from '../../../src/core/status/fit-status.ts';
import { newFindings, nextStatus } from '../../../src/core/status/next-status.ts';
import { reportObjects } from '../../../src/core/status/object-report.ts';
import { describeInvalid, describeRefusals } from '../../../src/core/status/refusals.ts';
import { type Schema, checkSchema } from '../../../src/core/validation/check-schema.ts';
import { makeValue } from '../../fuzz/places.ts';
import { FLEET, blueprintOf } from '../compiling.ts';

/**
 * A place of the schema that holds text: the steps to it, where `*` is a list's item or a map's field, and its bound.
 */
interface TextPlace {
  steps: readonly string[];
  most: number;
}

/**
 * As long as a text may be for which the schema has no bound, in characters; the API server takes four times as much.
 */
const UNBOUNDED = 300_000;

function textsOf(schema: Schema, steps: readonly string[] = []): TextPlace[] {
  if (schema.type === 'string') return [{ steps, most: schema.maxLength ?? UNBOUNDED }];
  const { properties = {}, items, additionalProperties } = schema;
  const below: [string, Schema][] = Object.entries(properties);
  if (items !== undefined) below.push(['*', items]);
  if (typeof additionalProperties === 'object') below.push(['*', additionalProperties]);
  return below.flatMap(([step, inner]) => textsOf(inner, [...steps, step]));
}

/** The least value of a schema with a text at some steps. */
function withText(schema: Schema, [step, ...rest]: readonly string[], text: string): unknown {
  if (step === undefined) return text;
  const { properties, items, additionalProperties } = schema;
  if (step === '*' && items !== undefined) return [withText(items, rest, text)];
  if (step === '*') return { [text.slice(0, 512)]: withText(additionalProperties as Schema, rest, text) };
  const value = makeValue(schema) as object;
  return { ...value, [step]: withText(properties?.[step] ?? {}, rest, text) };
}

/** A spec in which the rest is whole, so that as much as possible of it compiles. */
function specWith({ steps }: TextPlace, text: string): object {
  const written = withText(Spec as unknown as Schema, steps, text) as Record<string, unknown[]>;
  const { sources = [], layers = [], ...more } = written;
  const apps = { name: 'apps', source: FLEET.name, kustomization: {} };
  const whole = layers.map((layer) => {
    const { components, ...fields } = { kustomization: {}, ...(layer as { components?: object[] }) };
    if (components === undefined) return fields;
    const { kustomization, ...list } = fields;
    return { ...list, components: components.map((one) => ({ kustomization, ...one })) };
  });
  return { ...more, sources: [FLEET, ...sources], layers: [apps, ...whole] };
}

/** The most that the conditions and all that is no list may take beside the lists, which take the rest, in bytes. */
const MOST = MAX_STATUS_BYTES;

/**
 * The status that a blueprint gets which nothing was applied of yet: refused, or with all objects refused by the API
 * server.
 */
function statusOf(blueprint: unknown): { status: Status; state: ReconcileState } {
  const compiled = compile(blueprint, offlineContext());
  const facts = { generation: 1, now: '2026-01-01T00:00:00Z', request: undefined, ageRecipient: undefined };
  if (!compiled.ok) {
    const state = describeInvalid(compiled.problems);
    const status = nextStatus({}, { state, tracked: [], final: true }, { ...facts, findings: undefined });
    return { status: fitStatus(status), state };
  }
  const { desired } = compiled;
  const observed = {
    live: () => undefined,
    exists: () => false,
    undelivered: () => 'failed',
    otherManagers: () => ['kubectl'],
  };
  const { findings } = lint({
    blueprint: blueprint as Blueprint,
    desired,
    observed,
    defaultAccount: 'other',
  });
  const error = { message: 'm'.repeat(32_768), causes: [{ field: 'spec.interval' }] };
  const state = describeRefusals(desired.objects.map((object) => ({ object, error })));
  const apply = desired.objects.map((object) => ({ object, cause: 'create' as const, drift: [] }));
  const plan = describePlan({ ...emptyPlan(), apply }, 'sha256:0') ?? null;
  const objects = { ...reportObjects(desired, new Map()), webhooks: [] };
  const report = { state, tracked: [], objects, plan, final: true };
  return { status: fitStatus(nextStatus({}, report, { ...facts, findings })), state };
}

const TEXTS = textsOf(Spec as unknown as Schema);

test.each(['x', '\u{1f600}', 'a\n', 'a-', 'https://a:b@c/'])(
  'whatever text of the schema is as long as it may be and full of %j, the status is short and one that the API server takes',
  (piece) => {
    expect(TEXTS.length).toBeGreaterThan(100);
    for (const place of TEXTS) {
      const text = piece.repeat(Math.ceil(place.most / piece.length)).slice(0, place.most);
      const where = place.steps.join('.');
      const { status, state } = statusOf(blueprintOf(specWith(place, text.toWellFormed())));
      const bytes = new TextEncoder().encode(JSON.stringify(status)).length;
      expect({ where, short: bytes <= MOST }).toEqual({ where, short: true });
      const wrong: string[] = [];
      checkSchema(Status as unknown as Schema, status, (rule, steps) =>
        wrong.push(`${rule} ${steps.join('.')}`),
      );
      expect({ where, wrong }).toEqual({ where, wrong: [] });
      // An event and a line of the log say as much as this.
      const told = [state.message, ...newFindings({}, status)].map(({ length }) => length);
      expect({ where, short: Math.max(...told) < 600_000 }).toEqual({ where, short: true });
      // JSON writes half of a character as an escape.
      const half = /\\ud[89a-f][0-9a-f]{2}/.test(JSON.stringify(status));
      expect({ where, half }).toEqual({ where, half: false });
    }
  },
);
