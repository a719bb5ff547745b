import type { Json } from '../../../api/object.ts';
import { API_VERSION, KIND } from '../../../api/names.ts';
import { Blueprint as BlueprintSchema, type Blueprint } from '../../../api/schema/blueprint.ts';
import { DNS_LABEL, DNS_SUBDOMAIN } from '../../../api/schema/shapes/shapes.ts';
import { type Report, type Schema, checkSchema } from '../../validation/check-schema.ts';
import type { Problems } from '../../validation/problem.ts';
import { isDeeperThan, valueAt } from '../../values/json.ts';
import { type Steps, joinPath } from '../../values/path.ts';
import { checkWritten, isUnsound } from '../model/soundness.ts';
import { checkIntegers } from './integers.ts';
import { PASTED_STEPS, findPasted } from './pasted.ts';

/** The deepest nesting that is accepted. People write a tenth of it, and deeper values could exhaust the stack. */
const MAX_DEPTH = 250;

/** Whether a blueprint nests deeper than any that is accepted. It is safe for values of any depth. */
export function isTooDeep(input: unknown): boolean {
  return isDeeperThan(input, MAX_DEPTH);
}

/**
 * Checks the types, bounds and rules of a whole blueprint. False means that nothing can be compiled from it, because it
 * breaks what later phases rely on; true may still come with problems.
 */
export function checkBlueprint(input: unknown, problems: Problems): input is Blueprint {
  if (isTooDeep(input)) {
    problems.add('too-deep', 'spec', `is nested more than ${MAX_DEPTH} levels deep`);
    return false;
  }
  const pasted = [...findPasted(input as Json)];
  for (const { steps, message } of pasted) problems.add('misplaced', joinPath('', steps), message);
  const whole = new Set(pasted.map(({ steps }) => joinPath('', steps)));
  let unsound = pasted.length;
  const report: Report = (rule, steps, message) => {
    // The status belongs to the operator, and is never a reason to refuse a blueprint.
    if (steps[0] === 'status') return;
    // The schema leaves metadata to Kubernetes.
    if (steps[0] === 'metadata' && rule === 'unknown-field') return;
    if (whole.size > 0 && isWithin(whole, steps)) return;
    if (isUnsound(rule, steps)) unsound += 1;
    problems.add(rule, joinPath('', steps), message);
  };
  checkWritten(BlueprintSchema as unknown as Schema, input, report);
  checkIdentity(input, report);
  checkIntegers(valueAt(input, ['spec']), ['spec'], report);
  return unsound === 0;
}

/** Whether steps lead into one of some values, each known by its path. */
function isWithin(paths: ReadonlySet<string>, steps: Steps): boolean {
  return steps.slice(0, PASTED_STEPS).some((_, i) => paths.has(joinPath('', steps.slice(0, i + 1))));
}

function checkIdentity(input: unknown, report: Report): void {
  for (const [field, wanted] of Object.entries({ apiVersion: API_VERSION, kind: KIND })) {
    if (valueAt(input, [field]) !== wanted) report('not-allowed', [field], `must be ${wanted}`);
  }
  for (const [field, pattern] of Object.entries({ name: DNS_SUBDOMAIN, namespace: DNS_LABEL })) {
    const value = valueAt(input, ['metadata', field]);
    if (typeof value !== 'string' || value === '')
      report('missing-field', ['metadata', field], 'is required');
    else checkSchema({ type: 'string', pattern }, value, report, ['metadata', field]);
  }
}
