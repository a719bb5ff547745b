import type { KubeObject } from '../../api/object.ts';
import type { Spec } from '../../api/schema/spec.ts';
import { toKey, kustomizationOf } from '../objects/ownership.ts';
import { suspensionAt } from '../plan/suspension.ts';
import { formatTime, parseTime } from '../rollout/clock/times.ts';
import { parseDuration } from '../values/duration.ts';
import { valueAt } from '../values/json.ts';

/** The fields of a spec that suspend a blueprint. */
type SuspendFields = Pick<Spec, 'suspend' | 'suspendReason' | 'suspendUntil' | 'suspendScope'>;

/** A suspension as somebody asks for it. */
export interface WantedSuspension {
  /** Why, for people. */
  reason: string | undefined;
  /** When it ends, in RFC 3339; undefined for one without an end. */
  until: string | undefined;
  /** Whether what was generated is suspended in Flux too. */
  generated: boolean;
}

/** A merge patch that suspends a blueprint, and takes away what an earlier suspension said. */
export function suspendPatch({ reason, until, generated }: WantedSuspension): { spec: object } {
  return {
    spec: {
      suspend: true,
      suspendReason: reason ?? null,
      suspendUntil: until ?? null,
      suspendScope: generated ? 'Generated' : null,
    },
  };
}

/** A merge patch that resumes a blueprint, and leaves nothing of the suspension. */
export function resumePatch(): { spec: object } {
  return { spec: { suspend: null, suspendReason: null, suspendUntil: null, suspendScope: null } };
}

/** What is suspended at a moment, until when and why, in words; undefined where nothing is. */
export function describeSuspension(
  spec: Partial<SuspendFields> | undefined,
  now: number,
): string | undefined {
  const { blueprint, generated } = suspensionAt(spec, now);
  if (!blueprint && !generated) return undefined;
  const { suspendUntil, suspendReason = '' } = spec ?? {};
  const what = generated ? 'suspended with all that it generated' : 'suspended';
  const until = suspendUntil === undefined ? '' : ` until ${suspendUntil}`;
  return `${what}${until}${suspendReason === '' ? '' : `: ${suspendReason}`}`;
}

/** Times of RFC 3339 in full. */
const TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[-+]\d{2}:\d{2})$/;

/** The latest time that RFC 3339 can write, in milliseconds since the epoch. */
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59);

/**
 * Reads when a suspension is to end: a time of RFC 3339, or a duration from now in Flux's form. Answers it in RFC 3339,
 * in whole seconds for a duration; undefined for what is neither, or not after `now` (in milliseconds since the epoch).
 */
export function readEnd(text: string, now: number): string | undefined {
  const duration = parseDuration(text);
  const end = duration === undefined ? (TIME.test(text) ? parseTime(text) : undefined) : now + duration;
  if (end === undefined || end <= now || end > LATEST) return undefined;
  return duration === undefined ? text : formatTime(Math.ceil(end / 1000) * 1000);
}

/** The field manager of Flux's kustomize-controller. */
const KUSTOMIZE_CONTROLLER = 'kustomize-controller';

/**
 * Whether a change of `spec.suspend` lasts in a blueprint that a Kustomization of Flux applies, in words; undefined for
 * other blueprints. Flux puts back what its manifest sets, and leaves the fields that it does not set.
 *
 * @param blueprint as it was before the change, with its managed fields
 */
export function describeGit({ metadata }: Pick<KubeObject, 'metadata'>): string | undefined {
  const kustomization = kustomizationOf(metadata);
  if (kustomization === undefined) return undefined;
  const name = `Kustomization ${toKey(kustomization)}`;
  const sets = (metadata.managedFields ?? []).some(
    ({ manager, fieldsV1 }) =>
      manager === KUSTOMIZE_CONTROLLER && valueAt(fieldsV1, ['f:spec', 'f:suspend']) !== undefined,
  );
  return sets
    ? `${name} applies spec.suspend from Git, and will undo this at its next reconcile: change it in Git too`
    : `${name} applies this blueprint from Git, which does not set spec.suspend, so that this lasts until Git does`;
}
