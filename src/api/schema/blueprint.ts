/**
 * The schema of a FluxBlueprint, part by part, with the descriptions that users read. `make generate` makes the CRD,
 * the JSON schema for editors and docs/reference.md from it, and the core's types are derived from it too. The room may
 * import `api`, the blocks of Flux kinds (`blocks/`) and the shapes (`shapes/`). Begin here, then read `spec.ts`.
 */
import Type from 'typebox';
import type { ObjectMeta } from '../object.ts';
import { rule } from './shapes/rule.ts';
import { Spec } from './spec.ts';
import { Status } from './status.ts';

interface Named {
  metadata?: { name?: unknown } | null;
}

/** The whole object, as the CRD validates it. */
export const Blueprint = Type.Object(
  {
    apiVersion: Type.Optional(Type.String({ description: 'Version of this schema.' })),
    kind: Type.Optional(Type.String({ description: 'Kind of this object.' })),
    metadata: Type.Optional(Type.Unsafe<ObjectMeta>({ type: 'object' })),
    spec: Spec,
    status: Type.Optional(Status),
  },
  {
    description:
      'A blueprint of a Flux deployment: sources, layers that depend on each other, secrets and notifications.',
    'x-kubernetes-validations': [
      rule<Named>({
        rule: 'size(self.metadata.name) <= 63',
        message: 'the name of a blueprint is a label of all that it generates: at most 63 characters',
        fieldPath: '.metadata.name',
        holds: ({ metadata }) => {
          const name = metadata?.name;
          return typeof name !== 'string' || name.length <= 63;
        },
      }),
    ],
  },
);

/** A FluxBlueprint as JSON. */
export interface Blueprint {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: Spec;
  status?: Status;
}
