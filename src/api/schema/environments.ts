import Type from 'typebox';
import { Bound } from './shapes/bounds.ts';
import { Rollout } from './rollout.ts';
import { rule } from './shapes/rule.ts';
import {
  type JsonObject,
  anyObject,
  flag,
  label,
  namedList,
  object,
  objectName,
  openObject,
} from './shapes/shapes.ts';

const { Optional } = Type;

/** An item that may name any part of the blueprint's own. It is merged over that, and the result is validated. */
const named = (description: string) =>
  Type.Unsafe<JsonObject & { name: string }>({
    type: 'object',
    description,
    required: ['name'],
    properties: {
      name: { type: 'string', description: 'Name of the item that is changed or added.', maxLength: 63 },
    },
    'x-kubernetes-preserve-unknown-fields': true,
  });

interface Suffixed {
  suffix?: string;
}

/** One environment. */
export const Environment = object(
  'A copy of the layers, with differences.',
  {
    name: label('Name of the environment.'),
    suffix: Optional(
      Type.String({
        description:
          'Suffix of the names of its objects. Default: -<name>. Empty keeps the plain names. It cannot be changed.',
        maxLength: 63,
        pattern: '^([-a-z0-9]*[a-z0-9])?$',
      }),
    ),
    after: Optional(
      label('Environment that must be ready with a change of the blueprint before this one gets it.'),
    ),
    namespace: Optional(label('Namespace of its objects. Default: the namespace of the blueprint.')),
    serviceAccountName: Optional(
      objectName(
        "ServiceAccount of its Kustomizations and HelmReleases: one of the cluster that `kubeConfig` names. On the cluster of the operator another account than the blueprint's is a finding (`own-account`).",
      ),
    ),
    rollout: Optional(Rollout),
    suspend: Optional(flag('Whether Flux stops reconciling its objects.')),
    kubeConfig: Optional(openObject('The cluster to deploy to, as in Flux.', {})),
    variables: Optional(anyObject('Merged over `variables`.')),
    defaults: Optional(anyObject('Merged over `defaults`.')),
    secrets: Optional(
      object('Merged over `secrets`.', { sops: Optional(anyObject('Merged over `secrets.sops`.')) }),
    ),
    sources: Optional(namedList('Merged over `sources` by name.', named('A source.'), Bound.Sources)),
    layers: Optional(
      namedList(
        'Merged over `layers` by name; `omit: true` leaves one out.',
        named('A layer.'),
        Bound.EnvironmentLayers,
      ),
    ),
  },
  [
    rule<Suffixed>({
      rule: 'has(self.suffix) == has(oldSelf.suffix) && (!has(self.suffix) || self.suffix == oldSelf.suffix)',
      message: 'the suffix of an environment cannot be changed: its objects would be deleted and made anew',
      // A transition: only the API server sees the old value.
      holds: () => true,
    }),
  ],
);

/** `environments`. */
export const Environments = namedList(
  'The layers once per environment; objects are named <name><suffix>.',
  Environment,
  Bound.Environments,
);
