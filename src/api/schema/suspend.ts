import Type from 'typebox';
import { flag, oneOf, text } from './shapes/shapes.ts';

const { Optional } = Type;

/** The fields that suspend a blueprint. */
export const suspendFields = {
  suspend: Optional(flag('Whether the operator leaves the blueprint alone.')),
  suspendReason: Optional(text('Why it is suspended, for people.', 1024)),
  suspendUntil: Optional(
    Type.String({
      description: 'When it resumes by itself (RFC 3339).',
      format: 'date-time',
    }),
  ),
  suspendScope: Optional(
    oneOf(
      ['Blueprint', 'Generated'],
      'Blueprint (the default): the operator leaves it alone. Generated: the generated Flux objects are suspended too.',
    ),
  ),
};
