import { displayName, type ObjectRef } from '../../../api/object.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import { valueAt } from '../../values/json.ts';
import type { Breach } from '../model/finding.ts';
import type { LintInput, LintRule } from '../model/input.ts';
import { specField } from '../model/spec-field.ts';

const DAY = 86_400_000;

/** For how long a suspension is believed to be remembered, in days: a working week and the next one's start. */
export const SUSPENSION_DAYS = 7;

/**
 * "Forgotten suspensions: resources don't update": what has been suspended for more than {@link SUSPENSION_DAYS} days
 * and has no end. The message names the day and not the days since, so that it stays the same.
 */
export const forgottenSuspension: LintRule = {
  id: 'forgotten-suspension',
  find: (input) => [
    ...judgeBlueprint(input),
    ...input.desired.objects.flatMap((object) => judge(object, input)),
  ],
};

function judgeBlueprint(input: LintInput): Breach[] {
  const { blueprint } = input;
  const { suspend, suspendUntil } = blueprint.spec;
  if (suspend !== true || suspendUntil !== undefined) return [];
  const { apiVersion, kind, metadata } = blueprint;
  const { name, namespace } = metadata;
  const since = forgottenSince(input, {
    apiVersion,
    kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
  });
  if (since === undefined) return [];
  const remedy = 'resume it, or say in `suspendUntil` when it ends';
  return [
    found(
      'spec.suspend',
      `has been true since ${since}, so that nothing of it is kept as written; ${remedy}`,
    ),
  ];
}

/** Objects that a suspended blueprint suspends with itself are part of its own suspension. */
function judge(object: DesiredObject, input: LintInput): Breach[] {
  const { suspend, suspendScope } = input.blueprint.spec;
  const { live } = input.observed ?? {};
  if (live === undefined || (suspend === true && suspendScope === 'Generated')) return [];
  if (valueAt(live(object.ref)?.['spec'], ['suspend']) !== true) return [];
  const since = forgottenSince(input, object.ref);
  if (since === undefined) return [];
  const what = `${displayName(object.ref)} has been suspended since ${since}: it gets no update`;
  return specField(object, 'suspend') === true
    ? [found(object.originOf(['suspend']), `${what}; take \`suspend\` out of the blueprint when it is over`)]
    : [found(object.path, `${what}, and the blueprint does not ask for it; resume it (flux resume)`)];
}

/** The day since which something is suspended, where that is too long ago. */
function forgottenSince({ observed, now }: LintInput, ref: ObjectRef): string | undefined {
  const since = observed?.suspendedSince?.(ref);
  if (since === undefined || now === undefined) return undefined;
  const age = Date.parse(now) - Date.parse(since);
  return age > SUSPENSION_DAYS * DAY ? new Date(since).toISOString().slice(0, 10) : undefined;
}

function found(path: string, message: string): Breach {
  return { severity: 'warning', path, message, seenIn: 'cluster' };
}
