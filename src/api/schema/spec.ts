import Type, { type Static } from 'typebox';
import { MetadataBlock } from './shapes/metadata.ts';
import { Bound } from './shapes/bounds.ts';
import { Environments } from './environments.ts';
import { Defaults } from './item.ts';
import { Layer } from './layer.ts';
import { MovedItems, ReleasedItems } from './blocks/moves.ts';
import { Notifications } from './notifications.ts';
import { Policy } from './policy.ts';
import { Rollout } from './rollout.ts';
import { Secrets } from './secrets.ts';
import { flag, label, namedList, object, objectName, oneOf, textMap } from './shapes/shapes.ts';
import { Source } from './source.ts';
import { suspendFields } from './suspend.ts';
import { Variables } from './variables.ts';

export { COMPONENT_BLOCKS, type ComponentBlock, SOURCE_BLOCKS, type SourceBlock } from './item.ts';

const { Optional } = Type;

const Namespace = object('A namespace.', {
  name: label('Name of the namespace.'),
  labels: Optional(textMap('Labels.', { maxProperties: 50 })),
  annotations: Optional(textMap('Annotations.', { maxProperties: 50 })),
  deletionPolicy: Optional(
    oneOf(
      ['Orphan', 'Delete'],
      'Orphan (the default): it stays when the blueprint is deleted. Delete: it is deleted, with everything in it.',
    ),
  ),
});

/** The spec of a FluxBlueprint. */
export const Spec = object('The desired state.', {
  serviceAccountName: Optional(
    objectName(
      'ServiceAccount, in the namespace of the blueprint, that the operator writes as and that every Kustomization and HelmRelease inherits. Without one, only the namespace of the blueprint can be written to, and nothing is adopted; in a namespace of --admin-namespaces the operator writes with its own rights instead. It is required under --require-service-account.',
    ),
  ),
  ...suspendFields,
  deletionPolicy: Optional(
    oneOf(
      ['Delete', 'Orphan'],
      'What happens to the generated objects when the blueprint is deleted. Delete (the default): they are deleted, in reverse order. Orphan: they stay, without the labels of the blueprint.',
    ),
  ),
  deletionProtection: Optional(
    flag('Whether the admission policy of `config/policy` refuses to delete the blueprint. Default: false.'),
  ),
  adoption: Optional(
    oneOf(
      ['Refuse', 'Adopt'],
      'What to do with an existing object that this blueprint does not own. Refuse (the default): report it and touch nothing. Adopt: take it over, so that it is exactly what the blueprint says: fields, labels and annotations of who applied it before go. That needs a `serviceAccountName`, or a namespace of --admin-namespaces.',
    ),
  ),
  moved: Optional(MovedItems),
  released: Optional(ReleasedItems),
  defaults: Optional(Defaults),
  commonMetadata: Optional(MetadataBlock),
  namespaces: Optional(
    namedList(
      'Namespaces, created first if they are missing; never taken over.',
      Namespace,
      Bound.Namespaces,
    ),
  ),
  variables: Optional(Variables),
  sources: Optional(namedList('Where to fetch from.', Source, Bound.Sources)),
  layers: Optional(namedList('What to deploy, in the order that `dependsOn` says.', Layer, Bound.Layers)),
  secrets: Optional(Secrets),
  notifications: Optional(Notifications),
  environments: Optional(Environments),
  policy: Optional(Policy),
  rollout: Optional(Rollout),
});

/** The spec as a TypeScript type. */
export type Spec = Static<typeof Spec>;
/** One source. */
export type Source = NonNullable<Spec['sources']>[number];
/** One layer. */
export type Layer = NonNullable<Spec['layers']>[number];
/** One component of a layer. */
export type Component = NonNullable<Layer['components']>[number];
/** One environment. */
export type Environment = NonNullable<Spec['environments']>[number];
/** A namespace to create. */
export type Namespace = NonNullable<Spec['namespaces']>[number];
/** `secrets`: SOPS and ExternalSecrets. */
export type Secrets = NonNullable<Spec['secrets']>;
/** One ExternalSecret. */
export type ExternalSecretItem = NonNullable<Secrets['externalSecrets']>[number];
/** `notifications`: providers, alerts and receivers. */
export type Notifications = NonNullable<Spec['notifications']>;
/** One provider. */
export type ProviderItem = NonNullable<Notifications['providers']>[number];
/** One alert. */
export type AlertItem = NonNullable<Notifications['alerts']>[number];
/** One receiver. */
export type ReceiverItem = NonNullable<Notifications['receivers']>[number];
/** Labels and annotations. */
export type MetadataBlock = NonNullable<Spec['commonMetadata']>;
/** Fields merged under blocks. */
export type Defaults = NonNullable<Spec['defaults']>;
