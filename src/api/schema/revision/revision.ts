/**
 * The schema of a FluxBlueprintRevision, which stores one spec of a blueprint and what people decided about it. The
 * room may import `api` and the shapes. `revision.ts` is the whole object, `approval.ts` the part that people write.
 */
import Type, { type Static } from 'typebox';
import type { ObjectMeta } from '../../object.ts';
import { Bound } from '../shapes/bounds.ts';
import { rule } from '../shapes/rule.ts';
import { DIGEST, anyObject, object, objectName } from '../shapes/shapes.ts';
import { Approval } from './approval.ts';

const { Optional } = Type;

const RevisionSpec = object(
  'A spec of a blueprint that was admitted and compiled. The operator writes it once.',
  {
    blueprint: objectName('Name of the blueprint, in the same namespace.'),
    revision: Type.Integer({
      description: 'Its number: 1, 2, 3 and so on, in the order in which they were wanted first.',
      minimum: 1,
    }),
    digest: Type.String({
      description:
        'SHA-256 of what the spec says of the objects to generate: `sha256:` and 64 hexadecimal digits.',
      pattern: DIGEST,
    }),
    // Without a schema of its own: a spec that was admitted once stays readable when the schema has changed.
    snapshot: anyObject("The blueprint's spec, as it was admitted."),
  },
  [
    rule<unknown>({
      rule: 'self == oldSelf',
      message: 'a revision cannot be changed: change the blueprint, which makes a new one',
      // A transition: only the API server sees the old value.
      holds: () => true,
    }),
  ],
);

const RevisionStatus = object('What people decided about it.', {
  approvals: Optional(
    Type.Array(Approval, {
      description: 'Approvals of the changes to this revision, one for each environment.',
      maxItems: Bound.Environments,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['environment'],
    }),
  ),
});

/** A stored revision of a blueprint, as its CRD validates it. */
export const Revision = Type.Object(
  {
    apiVersion: Type.Optional(Type.String({ description: 'Version of this schema.' })),
    kind: Type.Optional(Type.String({ description: 'Kind of this object.' })),
    metadata: Type.Optional(Type.Unsafe<ObjectMeta>({ type: 'object' })),
    spec: RevisionSpec,
    status: Optional(RevisionStatus),
  },
  { description: 'A revision of a FluxBlueprint: a spec that was admitted, and the approvals of it.' },
);

/** A FluxBlueprintRevision as JSON. */
export interface Revision {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: RevisionSpec;
  status?: RevisionStatus;
}
/** See {@link RevisionSpec}. */
export type RevisionSpec = Static<typeof RevisionSpec>;
/** See {@link RevisionStatus}. */
export type RevisionStatus = Static<typeof RevisionStatus>;
