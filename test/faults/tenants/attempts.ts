/** What comes of an attempt to reach another namespace. */
export type Outcome =
  /** The API server does not even take the blueprint. */
  | 'not taken'
  /** It is refused: without an account by the compiler, with one by the API server when it is written. */
  | 'refused'
  /** It is generated in the blueprint's own namespace, and refers to the other one: whether Flux follows is Flux's. */
  | 'refers'
  /** It waits for ever for what it may not see. */
  | 'held';

/** An attempt: a blueprint that names another namespace in one field. */
export interface Attempt {
  /** The field. */
  field: string;
  outcome: Outcome;
  /** `name` is for the names of its objects, `victim` the other namespace. */
  spec: (name: string, victim: string) => object;
}

const git = { url: 'https://example.com/fleet.git', ref: { branch: 'main' } };

function withSource(name: string, rest: object): object {
  return { sources: [{ name: `${name}-source`, git }], ...rest };
}

function oneLayer(name: string, fields: object, kustomization: object = {}): object {
  return withSource(name, { layers: [{ name, kustomization, ...fields }] });
}

function notified(name: string, notifications: object): object {
  return { ...oneLayer(name, {}), notifications };
}

const secretRef = { name: 'token' };
const image = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'HelmChart' };
const chart = { chart: 'web', interval: '10m', sourceRef: { kind: 'HelmRepository', name: 'other' } };

/** Every field of a blueprint that holds a namespace, or that a namespace might be smuggled into. */
export const ATTEMPTS: readonly Attempt[] = [
  // The names of the victim's own objects, which must not be overwritten either.
  {
    field: 'layers.namespace',
    outcome: 'refused',
    spec: (name, victim) => oneLayer(name, { namespace: victim, objectName: 'bystander' }),
  },
  {
    field: 'sources.namespace',
    outcome: 'refused',
    spec: (name, victim) => ({
      sources: [{ name, namespace: victim, objectName: 'bystander', git }],
      layers: [{ name, kustomization: {} }],
    }),
  },
  {
    field: 'layers.components.namespace',
    outcome: 'refused',
    spec: (name, victim) =>
      withSource(name, {
        layers: [{ name, components: [{ name, namespace: victim, kustomization: {} }] }],
      }),
  },
  {
    field: 'layers.namespace of its components',
    outcome: 'refused',
    spec: (name, victim) =>
      withSource(name, { layers: [{ name, namespace: victim, components: [{ name, kustomization: {} }] }] }),
  },
  {
    field: 'environments.namespace',
    outcome: 'refused',
    spec: (name, victim) => ({
      ...oneLayer(name, {}),
      environments: [{ name: 'production', namespace: victim }],
    }),
  },
  {
    field: 'environments.layers.namespace',
    outcome: 'refused',
    spec: (name, victim) => ({
      ...oneLayer(name, {}),
      environments: [{ name: 'production', layers: [{ name, namespace: victim }] }],
    }),
  },
  {
    field: 'secrets.externalSecrets.namespace',
    outcome: 'refused',
    spec: (name, victim) => ({
      ...oneLayer(name, {}),
      secrets: {
        externalSecrets: [
          {
            name,
            namespace: victim,
            secretStoreRef: { kind: 'ClusterSecretStore', name: 'vault' },
            dataFrom: [{ extract: { key: 'all' } }],
          },
        ],
      },
    }),
  },
  {
    field: 'notifications.providers.namespace',
    outcome: 'refused',
    spec: (name, victim) =>
      notified(name, { providers: [{ name, namespace: victim, type: 'slack', secretRef }] }),
  },
  {
    field: 'notifications.alerts.namespace',
    outcome: 'refused',
    spec: (name, victim) =>
      notified(name, { alerts: [{ name, namespace: victim, providerRef: { name: 'theirs' } }] }),
  },
  {
    field: 'notifications.receivers.namespace',
    outcome: 'refused',
    spec: (name, victim) =>
      notified(name, { receivers: [{ name, namespace: victim, type: 'generic', secretRef }] }),
  },
  {
    field: 'namespace of an object',
    outcome: 'refused',
    spec: (name, victim) =>
      withSource(name, { layers: [{ name, namespace: victim, object: { ...image, spec: chart } }] }),
  },
  {
    field: 'namespaces, one that is there',
    outcome: 'refused',
    spec: (name, victim) => ({
      ...oneLayer(name, {}),
      namespaces: [{ name: victim, labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } }],
    }),
  },
  {
    field: 'namespaces, a new one',
    outcome: 'refused',
    spec: (name, victim) => ({ ...oneLayer(name, {}), namespaces: [{ name: `${victim}-${name}` }] }),
  },
  {
    field: 'commonMetadata.labels, as if of another blueprint',
    outcome: 'refused',
    spec: (name, victim) => ({
      ...oneLayer(name, {}),
      commonMetadata: { labels: { 'fluxblueprint.io/namespace': victim } },
    }),
  },
  {
    field: 'serviceAccountName, with a namespace in it',
    outcome: 'not taken',
    spec: (name, victim) => ({ ...oneLayer(name, {}), serviceAccountName: `${victim}:deployer` }),
  },
  {
    field: 'objectName, with a path in it',
    outcome: 'not taken',
    spec: (name, victim) => oneLayer(name, { objectName: `../../${victim}/kustomizations/bystander` }),
  },
  {
    field: 'object.metadata.namespace',
    outcome: 'refused',
    spec: (name, victim) =>
      withSource(name, {
        layers: [{ name, object: { ...image, metadata: { namespace: victim }, spec: chart } }],
      }),
  },
  {
    field: 'kustomization.sourceRef.namespace',
    outcome: 'refers',
    spec: (name, victim) => ({
      layers: [
        {
          name,
          kustomization: { sourceRef: { kind: 'GitRepository', name: 'bystander', namespace: victim } },
        },
      ],
    }),
  },
  {
    field: 'sources.sourceRef.namespace',
    outcome: 'refers',
    spec: (name, victim) => ({
      sources: [{ name, sourceRef: { kind: 'GitRepository', name: 'bystander', namespace: victim } }],
      layers: [{ name, kustomization: {} }],
    }),
  },
  {
    field: 'helmRelease.chartRef.namespace',
    outcome: 'refers',
    spec: (name, victim) => ({
      layers: [
        { name, helmRelease: { chartRef: { kind: 'OCIRepository', name: 'theirs', namespace: victim } } },
      ],
    }),
  },
  {
    field: 'kustomization.dependsOn.namespace',
    outcome: 'refers',
    spec: (name, victim) => oneLayer(name, {}, { dependsOn: [{ name: 'bystander', namespace: victim }] }),
  },
  {
    field: 'kustomization.targetNamespace',
    outcome: 'refers',
    spec: (name, victim) => oneLayer(name, {}, { targetNamespace: victim }),
  },
  {
    field: 'notifications.alerts.eventSources.namespace',
    outcome: 'refers',
    spec: (name, victim) =>
      notified(name, {
        alerts: [
          {
            name,
            providerRef: { name: 'chat' },
            eventSources: [{ kind: 'Kustomization', name: 'bystander', namespace: victim }],
          },
        ],
      }),
  },
  {
    field: 'notifications.receivers.resources.namespace',
    outcome: 'refers',
    spec: (name, victim) =>
      notified(name, {
        receivers: [
          {
            name,
            type: 'generic',
            secretRef,
            resources: [{ kind: 'GitRepository', name: 'bystander', namespace: victim }],
          },
        ],
      }),
  },
  {
    field: 'dependsOnObjects.namespace',
    outcome: 'held',
    spec: (name, victim) =>
      oneLayer(name, {
        dependsOnObjects: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'bystander', namespace: victim }],
      }),
  },
];
