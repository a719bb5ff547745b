import Type, { type Static } from 'typebox';
import { WHOLE_BLUEPRINT } from '../../names.ts';
import { DIGEST, atomicList, label, object, oneOf, text } from '../shapes/shapes.ts';

const { Optional } = Type;

/** The gates that an approval can open beside those that wait for one. */
const OVERRIDES = ['Window'] as const;

const fields = object('An approval of a plan.', {
  environment: label(
    `Name of the environment that it is for; \`${WHOLE_BLUEPRINT}\` for a blueprint without environments.`,
  ),
  plan: Type.String({
    description: 'Digest of the plan that was seen, in full: an approval is for that plan and no other.',
    pattern: DIGEST,
  }),
  by: Optional(text('The user who gave it. An approval without it does not count.', 1024)),
  at: Optional(Type.String({ description: 'When it was given (RFC 3339).', format: 'date-time' })),
  reason: Optional(text('Why, for people.', 1024)),
  overrides: Optional(
    atomicList(
      'The gates that it opens beside those of approvals.',
      oneOf(OVERRIDES, 'Window: the change may happen now, whatever the windows say.'),
      OVERRIDES.length,
    ),
  ),
});

/** One of `status.approvals`. It has one owner: whoever approves again leaves nothing of the approval before. */
export const Approval = { ...fields, 'x-kubernetes-map-type': 'atomic' } as typeof fields;

/** See {@link Approval}. */
export type Approval = Static<typeof Approval>;
