const GIT = { name: 'fleet', git: { url: 'https://example.com/fleet.git' } };
const CHARTS = { name: 'charts', helm: { url: 'https://example.com/charts' } };
const CHART = { chart: { spec: { chart: 'web' } }, values: { a: { password: 'x' }, b: ['c'] } };

/** Small blueprints that compile, from which a fuzzer begins. Together they have most of what the schema knows. */
export const BASES: readonly object[] = [
  {
    sources: [GIT],
    layers: [
      { name: 'base', kustomization: {} },
      { name: 'apps', dependsOn: ['base'], components: [{ name: 'web', kustomization: {} }] },
    ],
  },
  {
    sources: [CHARTS],
    defaults: { helmRelease: { values: { a: 'b' } } },
    layers: [{ name: 'charts', components: [{ name: 'web', helmRelease: CHART }] }],
  },
  {
    sources: [GIT],
    variables: { substitute: { A: 'b' }, substituteFrom: [{ kind: 'Secret', name: 's' }] },
    layers: [
      {
        name: 'apps',
        defaults: { kustomization: { timeout: '5m' } },
        components: [
          { name: 'web', kustomization: { patches: [{ patch: 'kind: Secret' }] } },
          { name: 'api', dependsOn: ['web'], kustomization: {} },
        ],
      },
    ],
    environments: [
      { name: 'one', layers: [{ name: 'apps', components: [{ name: 'web', omit: true }] }] },
      { name: 'two', sources: [{ name: 'fleet', git: { ref: { branch: 'two' } } }] },
    ],
  },
  {
    sources: [GIT],
    commonMetadata: { labels: { team: 'a' }, annotations: { note: 'b' } },
    layers: [
      { name: 'apps', kustomization: {} },
      {
        name: 'images',
        object: {
          apiVersion: 'image.toolkit.fluxcd.io/v1',
          kind: 'ImageRepository',
          spec: { image: 'example.com/app', interval: '5m' },
        },
      },
      {
        name: 'slices',
        object: {
          apiVersion: 'source.extensions.fluxcd.io/v1beta1',
          kind: 'ArtifactGenerator',
          spec: { artifacts: [{ name: 'slice' }] },
        },
      },
      { name: 'sliced', kustomization: { sourceRef: { kind: 'ExternalArtifact', name: 'slice' } } },
    ],
    secrets: {
      sops: {
        secretRef: { name: 's' },
        age: { recipients: ['age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'] },
        creationRules: [{ path_regex: 'a' }],
      },
      externalSecrets: [{ name: 'e', dependsOn: ['apps'], dataFrom: [{ extract: { key: 'k' } }] }],
    },
    notifications: {
      providers: [{ name: 'chat', type: 'slack' }],
      alerts: [
        { name: 'all', providerRef: { name: 'chat' } },
        { name: 'some', providerRef: { name: 'chat' }, eventSources: [{ kind: 'Kustomization', name: '*' }] },
      ],
      receivers: [{ name: 'hook', type: 'github', secretRef: { name: 't' } }],
    },
    policy: { exceptions: [{ rule: 'mutable-ref', target: 'sources/fleet', reason: 'r' }] },
  },
];

/** A blueprint that asks for nothing unusual, of about so many bytes as JSON: Kustomizations in a list of layers. */
export function plainSpec(bytes: number, environments: number): object {
  const component = (i: number, j: number): object => ({
    name: `component-${i}-${j}`,
    kustomization: { interval: '20m', timeout: '5m', path: `./apps/component-${i}-${j}` },
  });
  const each = JSON.stringify(component(10, 10)).length;
  const most = Math.floor(1900 / Math.max(1, environments));
  const count = Math.max(1, Math.min(most, Math.floor(bytes / each)));
  // Beyond as many objects as there may be, each is as much larger.
  const rest = Math.max(0, Math.floor((bytes - count * each) / count / 30));
  const substitute = Object.fromEntries(
    Array.from({ length: rest }, (_, k) => [`VARIABLE_${k}`, 'the value of it']),
  );
  const layers = Array.from({ length: Math.ceil(count / 100) }, (_, i) => ({
    name: `layer-${i}`,
    components: Array.from({ length: Math.min(100, count - i * 100) }, (__, j) => component(i, j)).map(
      (one) => (rest === 0 ? one : { ...one, ...withVariables(one, substitute) }),
    ),
  }));
  return {
    sources: [GIT],
    layers,
    ...(environments === 0
      ? {}
      : { environments: Array.from({ length: environments }, (_, i) => ({ name: `e${i}` })) }),
  };
}

function withVariables(component: object, substitute: object): object {
  const { kustomization } = component as { kustomization: object };
  return { kustomization: { ...kustomization, postBuild: { substitute } } };
}
