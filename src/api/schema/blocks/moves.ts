import Type, { type Static } from 'typebox';
import { Bound } from '../shapes/bounds.ts';
import { atomicList, set, wholeObject } from '../shapes/shapes.ts';

const { Optional } = Type;

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

/** A place: `layer/component`, after `environment:` where one is meant. */
const place = (description: string) =>
  Type.String({
    description: `${description} \`layer/component\`, or the layer alone where it is one component; \`environment:layer/component\` for one environment, else for each.`,
    maxLength: 191,
    pattern: `^(${LABEL}:)?${LABEL}(/${LABEL})?$`,
  });

const MovedItem = wholeObject(
  'A component that has got another place. What it deploys is handed over, and nothing of it is deleted.',
  {
    from: place('Where it was.'),
    to: place('Where it is now.'),
    blueprint: Optional(
      Type.String({
        description:
          'The blueprint that had it, as `name` or `namespace/name`; it must name the component in `released`. Default: this one.',
        maxLength: 317,
        pattern: `^(${LABEL}/)?${LABEL}([.]${LABEL})*$`,
      }),
    ),
  },
);

/** `moved`. */
export const MovedItems = atomicList(
  'Components that have got another place. An entry may stay for ever.',
  MovedItem,
  Bound.Moves,
);

/** `released`. */
export const ReleasedItems = set(
  'Components that are no longer in this blueprint. They are let go and not deleted, so that another blueprint takes them over by its `moved`.',
  place('A component.'),
  Bound.Moves,
);

/** One entry of `moved`. */
export type Moved = Static<typeof MovedItem>;
