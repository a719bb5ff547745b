import Type, { type Static } from 'typebox';
import { ExternalObject } from './layer.ts';
import { Bound } from './shapes/bounds.ts';
import { atomicList, duration, label, namedList, object, oneOf, text } from './shapes/shapes.ts';

const { Optional } = Type;

const time = (description: string) => Type.String({ description, format: 'date-time' });

const Window = object(
  'A time in which changes may happen, or may not: each time that `schedule` says, for `duration`; or once, from `from` until `until`.',
  {
    name: label('Name of the window.'),
    kind: oneOf(
      ['Allow', 'Deny'],
      'Allow: changes may happen while it is open, and where any window allows, only while one of those is. Deny: no change may happen while it is open, whatever another window allows.',
    ),
    schedule: Optional(
      text(
        'When it opens: five fields of cron (minute, hour, day of month, month, day of week), e.g. `0 9 * * 1-4`.',
        200,
      ),
    ),
    duration: Optional(
      duration(
        'How long it stays open from each time of `schedule` on. It may not be longer than the shortest time between two of them.',
      ),
    ),
    timeZone: Optional(
      text('The time zone of `schedule`, as the IANA names it, e.g. `Europe/Berlin`. Default: UTC.', 64),
    ),
    from: Optional(time('When it opens (RFC 3339). Default: it has always been open.')),
    until: Optional(time('When it closes (RFC 3339). Default: never.')),
    reason: Optional(text('Why, for people: what waits says it.', 256)),
  },
);

/** `rollout`, of a blueprint and of an environment. */
export const Rollout = object(
  'When a change of the blueprint may come in force. That of an environment is merged over that of the blueprint; lists are replaced.',
  {
    approval: Optional(
      oneOf(
        ['Automatic', 'Manual'],
        'Automatic (the default): a change needs no approval. Manual: it waits until somebody approves its plan.',
      ),
    ),
    maxDeletions: Optional(
      Type.Integer({
        description:
          'The most generated objects that a change may delete without an approval of its plan. Default: half of those of the environment or ten, whichever is more, but never all of them.',
        minimum: 0,
        maximum: 2000,
      }),
    ),
    windows: Optional(namedList('When changes may happen. Default: at any time.', Window, Bound.Windows)),
    requires: Optional(
      atomicList(
        'Objects that must be ready before a change comes in force, as in `dependsOnObjects`: a test Job, a Canary, or any other. A ConfigMap or Secret is looked at every five seconds, anything else at once when it changes.',
        ExternalObject,
        Bound.Requires,
      ),
    ),
    soak: Optional(
      duration(
        'How long the environment that `after` names must have been ready with a change before this one gets it. Default: 0s.',
      ),
    ),
    progressDeadline: Optional(
      duration(
        'How long a change may take until everything is ready; then it has failed. Default: for ever.',
      ),
    ),
    onFailure: Optional(
      oneOf(
        ['Wait', 'Rollback'],
        'What happens when a change has failed. Wait (the default): it stays as it is, and goes on to no other environment. Rollback: the revision before comes in force again.',
      ),
    ),
    revisionHistoryLimit: Optional(
      Type.Integer({
        description:
          'How many revisions are kept beside those in force and the wanted one, to go back to. Default: 5.',
        minimum: 0,
        maximum: 50,
      }),
    ),
  },
);

/** `rollout` as a TypeScript type. */
export type Rollout = Static<typeof Rollout>;
/** One of `windows`. */
export type Window = Static<typeof Window>;
/** One of `requires`. */
export type RequiredObject = Static<typeof ExternalObject>;
