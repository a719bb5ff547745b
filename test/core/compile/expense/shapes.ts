/** Small blueprints that ask for much: what each is worth is said where it is compiled. */

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

const SOURCES = [{ name: 'fleet', git: { url: 'https://example.com/fleet.git' } }];

function layerOf(name: string, count: number, fields: object = {}): object {
  const components = range(count).map((i) => ({ name: `${name}-${i}`, kustomization: {} }));
  return { name, ...fields, components };
}

const CHARTS = [{ name: 'charts', helm: { url: 'https://example.com/charts' } }];

/** A chart with values, as a layer. */
function chartOf(name: string, values: object): object {
  return { name, helmRelease: { chart: { spec: { chart: 'web' } }, values } };
}

/** A manifest of a Secret that holds a manifest of a Secret, and so on, so deep. */
function textInTexts(depth: number): string {
  let text = 'none';
  for (let i = 0; i < depth; i++) text = `kind: Secret\na: |\n${text.replaceAll(/^/gm, ' ')}`;
  return text;
}

/** Specs by name. The size of each can be chosen; 1 is that of the attack. */
export const SHAPES: Readonly<Record<string, (size?: number) => object>> = {
  'lists in defaults, for every layer of every environment': (size = 1) => ({
    sources: SOURCES,
    defaults: { kustomization: { components: range(20_000 * size).map(() => 'a') } },
    layers: range(40).map((i) => ({ name: `l${i}`, kustomization: {} })),
    environments: range(49).map((i) => ({ name: `e${i}` })),
  }),
  'omitted layers between many dependents': (size = 1) => {
    const omitted = range(Math.round(150 * size));
    const layers = omitted.map((i) => ({
      name: `o${i}`,
      dependsOn: range(Math.min(i, 100)).map((j) => `o${i - j - 1}`),
      kustomization: {},
    }));
    const dependsOn = omitted.slice(-100).map((i) => `o${i}`);
    const components = range(400 * size).map((i) => ({ name: `c${i}`, dependsOn, kustomization: {} }));
    return {
      sources: SOURCES,
      layers: [...layers, { name: 'dependents', components }],
      environments: range(4).map((i) => ({
        name: `e${i}`,
        layers: layers.map(({ name }) => ({ name, omit: true })),
      })),
    };
  },
  'large variables for many Kustomizations': () => ({
    sources: SOURCES,
    variables: { substitute: Object.fromEntries(range(14).map((i) => [`V${i}`, 'x'.repeat(65_000)])) },
    layers: [layerOf('apps', 400)],
  }),
  'a layer of 500 that depends on one of 500': (size = 1) => ({
    sources: SOURCES,
    layers: [layerOf('a', 500 * size), layerOf('b', 500 * size, { dependsOn: ['a'] })],
  }),
  'two layers of 490 that depend on two of 490': () => ({
    sources: SOURCES,
    layers: [
      ...['a', 'b'].map((name) => layerOf(name, 490)),
      ...['c', 'd'].map((name) => layerOf(name, 490, { dependsOn: ['a', 'b'] })),
    ],
  }),
  'unknown names in every component': (size = 1) => ({
    sources: SOURCES,
    layers: range(20 * size).map((i) => ({
      name: `l${i}`,
      components: range(90).map((j) => ({
        name: `l${i}-${j}`,
        dependsOn: range(100).map((k) => `${'z'.repeat(100)}${k}`),
        kustomization: {},
      })),
    })),
  }),
  'unknown fields that many inherit': () => ({
    sources: SOURCES,
    defaults: { kustomization: Object.fromEntries(range(800).map((i) => [`interval${i}`, 1])) },
    layers: [layerOf('apps', 450)],
  }),
  'annotations of the whole blueprint': () => ({
    sources: SOURCES,
    commonMetadata: { annotations: { note: 'x'.repeat(60_000) } },
    layers: [layerOf('a', 500), layerOf('b', 500)],
  }),
  'alerts that hear everything': () => ({
    sources: SOURCES,
    layers: range(4).map((i) => layerOf(`l${i}`, 450)),
    notifications: {
      providers: [{ name: 'chat', type: 'generic', address: 'https://example.com' }],
      alerts: range(100).map((i) => ({ name: `a${i}`, providerRef: { name: 'chat' } })),
    },
  }),
  'credentials in lists, deep in values': () => {
    let values: object = { passwords: range(200_000).map(() => 'a') };
    for (let i = 0; i < 60; i++) values = { [`${'k'.repeat(500)}${i}`]: values };
    return { sources: CHARTS, layers: [chartOf('web', values)] };
  },
  'wildcards in every alert': () => ({
    sources: SOURCES,
    notifications: {
      providers: [{ name: 'chat', type: 'generic', address: 'https://example.com' }],
      alerts: range(100).map((i) => ({
        name: `a${i}`,
        providerRef: { name: 'chat' },
        eventSources: range(500).map(() => ({ kind: 'Kustomization', name: '*' })),
      })),
    },
  }),
  'texts in texts': () => ({
    sources: CHARTS,
    layers: range(11).map((i) => chartOf(`l${i}`, { a: textInTexts(340) })),
  }),
  'values of empty objects': () => ({
    sources: CHARTS,
    defaults: {
      helmRelease: { chart: { spec: { chart: 'web' } }, values: { a: range(300).map(() => ({})) } },
    },
    layers: range(4).map((i) => ({
      name: `l${i}`,
      components: range(450).map((j) => ({ name: `l${i}-${j}`, helmRelease: {} })),
    })),
  }),
};
