import fc from 'fast-check';
import { type Model, ModelBuilder, type ModelComponent, type ModelEnvironment } from './model.ts';

/**
 * Arbitrary blueprints that are valid, with the model of what they ask for. Built from plain choices, so that
 * fast-check can make a failing one smaller.
 */

/** A public key of age with a true checksum; nobody needs its private one. */
const AGE_KEY = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';

/** What a component becomes, and how it says where it comes from. */
const FORMS = [
  'git',
  'in-place-git',
  'in-place-oci',
  'chart',
  'chart-of-git',
  'oci-chart',
  'object',
] as const;

const edges = fc.array(fc.nat(), { maxLength: 4 });

const component = fc.record({
  form: fc.constantFrom(...FORMS),
  named: fc.boolean(),
  ownNamespace: fc.boolean(),
  timeout: fc.boolean(),
  metadata: fc.boolean(),
  waits: fc.boolean(),
  edges,
});

const layer = fc.record({
  single: fc.boolean(),
  components: fc.array(component, { minLength: 1, maxLength: 4 }),
  ownNamespace: fc.boolean(),
  defaults: fc.boolean(),
  path: fc.boolean(),
  edges,
});

const environment = fc.record({
  namespace: fc.boolean(),
  remote: fc.boolean(),
  suspend: fc.boolean(),
  defaults: fc.boolean(),
  variables: fc.boolean(),
  after: fc.boolean(),
  ownSource: fc.boolean(),
  omitLayer: fc.option(fc.nat()),
  omitComponents: fc.array(fc.nat(), { maxLength: 3 }),
  addition: fc.boolean(),
});

/** The choices of which a blueprint is built. */
const choices = fc.record({
  layers: fc.array(layer, { minLength: 1, maxLength: 5 }),
  environments: fc.array(environment, { maxLength: 3 }),
  defaults: fc.boolean(),
  variables: fc.boolean(),
  metadata: fc.boolean(),
  namespaces: fc.boolean(),
  sops: fc.boolean(),
  secrets: fc.array(edges, { maxLength: 2 }),
  notifications: fc.boolean(),
});

type Choices = typeof choices extends fc.Arbitrary<infer T> ? T : never;
type LayerChoice = Choices['layers'][number];
type ComponentChoice = LayerChoice['components'][number];
type EnvironmentChoice = Choices['environments'][number];

/** Fields that stand there or not. */
function when(condition: boolean, fields: Record<string, unknown>): Record<string, unknown> {
  return condition ? fields : {};
}

function kindOf({ form }: ComponentChoice): ModelComponent['kind'] {
  if (form === 'object') return 'ImageRepository';
  return form === 'chart' || form === 'chart-of-git' || form === 'oci-chart'
    ? 'HelmRelease'
    : 'Kustomization';
}

function blocksOf(choice: ComponentChoice): Record<string, unknown> {
  const timeout = choice.timeout ? { timeout: '3m' } : {};
  const chart = { ...timeout, chart: { spec: { chart: 'web' } } };
  const image = { ...timeout, image: 'example.com/web', interval: '5m' };
  const forms: Record<ComponentChoice['form'], Record<string, unknown>> = {
    git: { source: 'fleet', kustomization: timeout },
    'in-place-git': { git: { url: 'https://example.com/own.git' }, kustomization: timeout },
    'in-place-oci': { oci: { url: 'oci://example.com/own' }, kustomization: timeout },
    chart: { source: 'charts', helmRelease: chart },
    'chart-of-git': { source: 'fleet', helmRelease: chart },
    'oci-chart': { oci: { url: 'oci://example.com/chart' }, helmRelease: timeout },
    object: { object: { apiVersion: 'image.toolkit.fluxcd.io/v1', kind: 'ImageRepository', spec: image } },
  };
  return forms[choice.form];
}

function componentOf(choice: ComponentChoice): Record<string, unknown> {
  const vault = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'vault' };
  return {
    ...blocksOf(choice),
    ...when(choice.ownNamespace, { namespace: 'own' }),
    ...when(choice.metadata, { metadata: { labels: { tier: 'x' }, annotations: { note: 'y' } } }),
    ...when(choice.waits, { dependsOnObjects: [vault] }),
  };
}

function layerOf(choice: LayerChoice, index: number, builder: ModelBuilder): Record<string, unknown> {
  const layer = builder.layers[index];
  const [first] = choice.components;
  if (layer === undefined || first === undefined) return {};
  const hasPath = choice.path && !(layer.single && kindOf(first) !== 'Kustomization');
  const fields = {
    name: layer.name,
    dependsOn: layer.dependsOn,
    ...when(choice.ownNamespace, { namespace: 'layer' }),
    ...when(hasPath, { path: './some/where' }),
    ...when(choice.defaults, {
      defaults: { kustomization: { force: true }, helmRelease: { maxHistory: 3 } },
    }),
  };
  if (layer.single) return { ...componentOf(first), ...fields };
  const components = layer.members.map((member, j) => ({
    ...componentOf(choice.components[j] ?? first),
    name: member.name,
    objectName: `${member.layer}-${member.name}`,
    dependsOn: builder.dependsOn(member),
  }));
  return { ...fields, components };
}

/** What an environment leaves out: overrides of layers, and titles. */
function leaveOut(
  choice: EnvironmentChoice,
  builder: ModelBuilder,
): { layers: Map<string, Record<string, unknown>>; omitted: Set<string> } {
  const omitted = new Set<string>();
  const layers = new Map<string, Record<string, unknown>>();
  const gone =
    choice.omitLayer === null ? undefined : builder.layers[choice.omitLayer % builder.layers.length];
  const picked = choice.omitComponents.flatMap(
    (pick) => builder.components[pick % builder.components.length] ?? [],
  );
  for (const { title, layer, name } of new Set(picked)) {
    // A layer of one is left out as a layer.
    if (title === layer || layer === gone?.name) continue;
    omitted.add(title);
    const override = layers.get(layer) ?? { name: layer, components: [] };
    (override['components'] as object[]).push({ name, omit: true });
    layers.set(layer, override);
  }
  if (gone !== undefined) {
    layers.set(gone.name, { name: gone.name, omit: true });
    for (const { title } of gone.members) omitted.add(title);
  }
  return { layers, omitted };
}

function environmentOf(
  choice: EnvironmentChoice,
  index: number,
  builder: ModelBuilder,
): { environment: Record<string, unknown>; model: ModelEnvironment } {
  const { omitted, layers } = leaveOut(choice, builder);
  const suffix = index === 0 ? '' : `-e${index}`;
  const environment = {
    name: `e${index}`,
    ...when(index === 0, { suffix }),
    ...when(choice.after && index > 0, { after: 'e0' }),
    ...when(choice.namespace, { namespace: `space-${index}` }),
    ...when(choice.remote, { kubeConfig: { secretRef: { name: 'remote' } } }),
    ...when(choice.suspend, { suspend: true }),
    ...when(choice.defaults, { defaults: { kustomization: { timeout: '9m' }, git: { timeout: '9s' } } }),
    ...when(choice.variables, { variables: { substitute: { ENVIRONMENT: `e${index}` } } }),
    ...when(choice.ownSource, { sources: [{ name: 'fleet', git: { ref: { branch: `e${index}` } } }] }),
    layers: [
      ...layers.values(),
      ...(choice.addition ? [{ name: `added-${index}`, source: 'fleet', kustomization: {} }] : []),
    ],
  };
  return { environment, model: { suffix, omitted } };
}

function build(made: Choices): Model {
  const builder = new ModelBuilder(
    made.layers.map((layer) => ({
      ...layer,
      components: layer.components.map((one) => ({ edges: one.edges, kind: kindOf(one) })),
    })),
  );
  const environments = made.environments.map((choice, i) => environmentOf(choice, i, builder));
  const names = builder.names();
  const secrets = made.secrets.map((picks, i) => ({
    name: `secret-${i}`,
    secretStoreRef: { name: 'vault' },
    dataFrom: [{ extract: { key: `app-${i}` } }],
    dependsOn: picks.map((pick) => names[pick % names.length] ?? ''),
  }));
  const spec = {
    serviceAccountName: 'admin',
    ...when(made.defaults, {
      defaults: { kustomization: { retryInterval: '2m' }, helm: { interval: '1h' } },
    }),
    ...when(made.variables, { variables: { substitute: { DOMAIN: 'example.com', ENVIRONMENT: 'none' } } }),
    ...when(made.metadata, { commonMetadata: { labels: { team: 'a' } } }),
    ...when(made.namespaces, { namespaces: [{ name: 'own' }, { name: 'layer' }] }),
    sources: [
      { name: 'fleet', git: { url: 'https://example.com/fleet.git' } },
      { name: 'charts', helm: { url: 'https://example.com/charts' } },
      { name: 'existing', sourceRef: { kind: 'GitRepository', name: 'flux-system' } },
    ],
    layers: made.layers.map((choice, i) => layerOf(choice, i, builder)),
    secrets: {
      ...when(made.sops, { sops: { secretRef: { name: 'sops-age' }, age: { recipients: [AGE_KEY] } } }),
      externalSecrets: secrets,
    },
    ...when(made.notifications, {
      notifications: {
        providers: [{ name: 'chat', type: 'slack' }],
        alerts: [{ name: 'all', providerRef: { name: 'chat' } }],
        receivers: [{ name: 'hook', type: 'github', secretRef: { name: 'token' } }],
      },
    }),
    environments: environments.map(({ environment }) => environment),
  };
  return {
    spec,
    components: builder.components,
    environments:
      environments.length === 0
        ? [{ suffix: '', omitted: new Set() }]
        : environments.map(({ model }) => model),
    secrets: new Map(
      secrets.map(({ name, dependsOn }) => [name, new Set(dependsOn.flatMap((one) => builder.resolve(one)))]),
    ),
  };
}

/** Arbitrary valid blueprints. */
export const validBlueprints: fc.Arbitrary<Model> = choices.map(build);
