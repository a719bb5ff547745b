/** Specs that several tests use. Each answers a new object, so that a test may change its own. */

/** A Git source. */
export function gitSource(name = 'fleet', git: object = {}): object {
  return { name, git: { url: 'https://example.com/fleet.git', ref: { branch: 'main' }, ...git } };
}

/** A layer of one Kustomization. */
export function layer(name: string, dependsOn: string[] = [], kustomization: object = {}): object {
  return { name, ...(dependsOn.length === 0 ? {} : { dependsOn }), kustomization };
}

/** A Git source and layers that each depend on the one before. */
export function chainSpec(...names: string[]): { sources: object[]; layers: object[] } {
  return {
    sources: [gitSource()],
    layers: names.map((name, i) => layer(name, i === 0 ? [] : [names[i - 1] ?? ''])),
  };
}

/** A layer with a HelmRelease from an OCI artifact of its own. */
export function chartLayer(name: string, dependsOn: string[] = []): object {
  return {
    name,
    ...(dependsOn.length === 0 ? {} : { dependsOn }),
    oci: { url: `oci://registry.example.com/charts/${name}`, ref: { tag: '1.0.0' } },
    helmRelease: {},
  };
}

/** One of every kind that is generated, with dependencies within a kind and across kinds. */
export function everyKindSpec(): object {
  return {
    variables: { substitute: { CLUSTER: 'production' } },
    secrets: { sops: { secretRef: { name: 'sops-age' } } },
    sources: [
      gitSource('fleet', { secretRef: { name: 'deploy-key' } }),
      { name: 'charts', helm: { url: 'https://charts.example.com' } },
      { name: 'assets', bucket: { bucketName: 'assets', endpoint: 'storage.example.com' } },
    ],
    layers: [
      { name: 'infrastructure', source: 'fleet', kustomization: {} },
      {
        name: 'monitoring',
        dependsOn: ['infrastructure'],
        components: [
          {
            name: 'prometheus',
            source: 'charts',
            helmRelease: {
              chart: { spec: { chart: 'prometheus', version: '9.x' } },
              values: { replicas: 2 },
            },
          },
          { name: 'dashboards', dependsOn: ['prometheus'], source: 'fleet', kustomization: {} },
        ],
      },
      chartLayer('grafana', ['monitoring']),
      { name: 'apps', dependsOn: ['monitoring'], source: 'assets', path: './apps', kustomization: {} },
    ],
    notifications: {
      providers: [{ name: 'chat', type: 'slack', secretRef: { name: 'chat' } }],
      alerts: [{ name: 'on-call', providerRef: { name: 'chat' }, eventSeverity: 'error' }],
    },
  };
}
