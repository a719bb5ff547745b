import { type ObjectRef, displayName, refOf } from '../../../api/object.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import { valueAt } from '../../values/json.ts';
import { checkEach } from '../model/check-each.ts';
import { type Breach, warn } from '../model/finding.ts';
import type { LintInput, LintRule } from '../model/input.ts';
import { specField } from '../model/spec-field.ts';

const DAY = 86_400_000;

/** How long people are expected to remember a suspension, in days: a working week and the start of the next. */
export const SUSPENSION_DAYS = 7;

/**
 * "Forgotten suspensions: resources don't update": a blueprint or an object has been suspended for more than
 * {@link SUSPENSION_DAYS} days without an end. The message names the first day and not the number of days, so that it
 * does not change every day.
 */
export const forgottenSuspension: LintRule = {
  id: 'forgotten-suspension',
  needsCluster: true,
  find: (input, report) => {
    checkBlueprint(input).forEach(report);
    checkEach(input.desired.objects, (object) => checkObject(object, input), report);
  },
};

function checkBlueprint(input: LintInput): Breach[] {
  const { blueprint } = input;
  const { suspend, suspendUntil } = blueprint.spec;
  if (suspend !== true || suspendUntil !== undefined) return [];
  const since = forgottenSince(input, refOf(blueprint));
  if (since === undefined) return [];
  const remedy = 'resume it, or say in `suspendUntil` when it ends';
  const what = `has been true since ${since}, so that nothing of it is kept as written`;
  return [warn('spec.suspend', `${what}; ${remedy}`, 'cluster')];
}

/**
 * Objects that a blueprint suspends together with itself do not count; the blueprint's suspension is checked instead.
 */
function checkObject(object: DesiredObject, input: LintInput): Breach[] {
  const { suspend, suspendScope } = input.blueprint.spec;
  const { live } = input.observed ?? {};
  if (live === undefined || (suspend === true && suspendScope === 'Generated')) return [];
  if (valueAt(live(object.ref)?.['spec'], ['suspend']) !== true) return [];
  const since = forgottenSince(input, object.ref);
  if (since === undefined) return [];
  const what = `${displayName(object.ref)} has been suspended since ${since}: it gets no update`;
  if (specField(object, 'suspend') === true) {
    const remedy = 'take `suspend` out of the blueprint when it is over';
    return [warn(object.originOf(['suspend']), `${what}; ${remedy}`, 'cluster')];
  }
  const remedy = 'and the blueprint does not ask for it; resume it (flux resume)';
  return [warn(object.path, `${what}, ${remedy}`, 'cluster')];
}

/** Returns the day since which something is suspended, if that is too long ago; undefined otherwise. */
function forgottenSince({ observed, now }: LintInput, ref: ObjectRef): string | undefined {
  const since = observed?.suspendedSince?.(ref);
  if (since === undefined || now === undefined) return undefined;
  const age = Date.parse(now) - Date.parse(since);
  return age > SUSPENSION_DAYS * DAY ? new Date(since).toISOString().slice(0, 10) : undefined;
}
