import Type from 'typebox';
import {
  atomicList,
  duration,
  flag,
  localRef,
  objectName,
  oneOf,
  openObject,
  shortDuration,
  text,
} from '../shapes/shapes.ts';

/** The provider types of Flux 2.9. */
export const PROVIDER_TYPES = [
  'alertmanager',
  'azuredevops',
  'azureeventhub',
  'bitbucket',
  'bitbucketserver',
  'datadog',
  'discord',
  'generic',
  'generic-hmac',
  'gitea',
  'giteapullrequestcomment',
  'github',
  'githubdispatch',
  'githubpullrequestcomment',
  'gitlab',
  'gitlabmergerequestcomment',
  'googlechat',
  'googlepubsub',
  'grafana',
  'lark',
  'matrix',
  'msteams',
  'nats',
  'opsgenie',
  'otel',
  'pagerduty',
  'rocket',
  'sentry',
  'slack',
  'telegram',
  'webex',
  'zulip',
] as const;

/** The fields of a Provider's `spec` that are typed here. */
export const providerFields = {
  type: oneOf(PROVIDER_TYPES, 'Where notifications go.'),
  address: text('Address to post to, unless the Secret holds it.'),
  channel: text('Channel, room or topic.'),
  username: text('Name to post under.'),
  interval: duration('Deprecated by Flux.'),
  timeout: shortDuration('How long one notification may take; hours are not allowed.'),
  proxySecretRef: localRef('Secret with the address of the proxy.'),
  secretRef: localRef('Secret with the address or token, in the namespace of the provider.'),
  certSecretRef: localRef('Secret with certificates.'),
  serviceAccountName: objectName('ServiceAccount for a cloud service.'),
  suspend: flag('Whether Flux stops sending notifications.'),
};

/** Kinds that an Alert can listen to. */
export const EVENT_SOURCE_KINDS = [
  'ArtifactGenerator',
  'Bucket',
  'ExternalArtifact',
  'GitRepository',
  'HelmChart',
  'HelmRelease',
  'HelmRepository',
  'ImagePolicy',
  'ImageRepository',
  'ImageUpdateAutomation',
  'Kustomization',
  'OCIRepository',
] as const;

/** The fields of an Alert's `spec` that are typed here. */
export const alertFields = {
  providerRef: Type.Object(
    {
      name: objectName(
        'Name of a provider of this blueprint, or of a Provider that exists in the same namespace.',
      ),
    },
    { description: 'Where to send.' },
  ),
  eventSeverity: oneOf(['info', 'error'], 'Lowest severity that is sent. Flux default: info.'),
  eventSources: atomicList(
    "What to listen to, in Flux's own form. Default: every generated object by its exact name.",
    openObject('Objects to listen to.', {
      apiVersion: text('API version.', 253),
      kind: oneOf(EVENT_SOURCE_KINDS, 'Kind.'),
      name: text('Name, or * for all in one namespace.', 253),
      namespace: text('Namespace. Default: the namespace of the alert.', 63),
    }),
    2000,
  ),
  eventMetadata: Type.Unsafe<Record<string, string>>({
    type: 'object',
    description: 'Fields added to each notification.',
    additionalProperties: { type: 'string' },
  }),
  inclusionList: atomicList(
    'Regular expressions: only matching messages are sent.',
    text('Regular expression.'),
    100,
  ),
  exclusionList: atomicList(
    'Regular expressions: matching messages are not sent.',
    text('Regular expression.'),
    100,
  ),
  suspend: flag('Whether Flux stops sending notifications.'),
};

/** The receiver types of Flux 2.9. */
export const RECEIVER_TYPES = [
  'acr',
  'bitbucket',
  'cdevents',
  'dockerhub',
  'gcr',
  'generic',
  'generic-hmac',
  'generic-oidc',
  'github',
  'gitlab',
  'harbor',
  'nexus',
  'quay',
] as const;

/** The fields of a Receiver's `spec` that are typed here. */
export const receiverFields = {
  type: oneOf(RECEIVER_TYPES, 'Which service calls.'),
  events: atomicList(
    'Events to react to, for github, gitlab, bitbucket and cdevents.',
    text('Name of an event.', 256),
    100,
  ),
  interval: duration('How often Flux checks the receiver. Flux default: 10m.'),
  secretRef: localRef('Secret with the key `token`, in the namespace of the receiver.'),
  resources: atomicList(
    "What to reconcile when called, in Flux's own form. Default: every generated source.",
    openObject('Objects to reconcile.', {
      apiVersion: text('API version.', 253),
      kind: text('Kind.', 63),
      name: text('Name, or * beside `matchLabels`.', 253),
      namespace: text('Namespace. Default: the namespace of the receiver.', 63),
    }),
    2000,
  ),
  resourceFilter: text('CEL expression that selects the resources that a call is about.'),
  suspend: flag('Whether Flux stops listening.'),
};
