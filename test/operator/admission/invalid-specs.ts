import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { INVALID_TEXTS } from './invalid-texts.ts';

const sources = [gitSource()];
const layers = [layer('apps')];
const bucket = { name: 'assets', bucket: { bucketName: 'assets', endpoint: 'storage.example.com' } };
const slack = { name: 'chat', type: 'slack' };
const onCall = { name: 'on-call', providerRef: { name: 'chat' } };
const notify = (provider: object, alert: object = onCall): object => ({
  sources,
  layers,
  notifications: { providers: [provider], alerts: [alert] },
});

/** A spec that is valid. */
export const VALID = notify(slack);

/** Invalid specs: what is wrong, the spec, where it lies, and the rule by which the core refuses it. */
export const INVALID: [string, unknown, string, string][] = [
  ['a source of no kind', { sources: [{ name: 'fleet' }] }, 'spec.sources[0]', 'rule'],
  ['a source of two kinds', { sources: [{ ...bucket, git: {} }] }, 'spec.sources[0]', 'rule'],
  [
    'a source that exists and is generated',
    { sources: [{ ...gitSource(), sourceRef: {} }] },
    'spec.sources[0]',
    'rule',
  ],
  [
    'an approval of another kind',
    { sources, layers, rollout: { approval: 'Auto' } },
    'spec.rollout.approval',
    'not-allowed',
  ],
  [
    'an alert that is reported its sources and environments',
    notify(slack, { ...onCall, eventSources: [], environments: ['staging'] }),
    'spec.notifications.alerts[0]',
    'rule',
  ],
  ['a layer of nothing', { sources, layers: [{ name: 'apps' }] }, 'spec.layers[0]', 'rule'],
  [
    'a layer of two blocks',
    { sources, layers: [{ ...layer('apps'), helmRelease: {} }] },
    'spec.layers[0]',
    'rule',
  ],
  [
    'a layer of a block and components',
    { sources, layers: [{ ...layer('apps'), components: [layer('a')] }] },
    'spec.layers[0]',
    'rule',
  ],
  [
    'a layer with two sources',
    { sources, layers: [{ ...layer('apps'), source: 'fleet', git: {} }] },
    'spec.layers[0]',
    'rule',
  ],
  [
    'a component of nothing',
    { sources, layers: [{ name: 'apps', components: [{ name: 'a' }] }] },
    'spec.layers[0].components[0]',
    'rule',
  ],
  [
    'a component of two blocks',
    { sources, layers: [{ name: 'apps', components: [layer('b'), { ...layer('a'), helmRelease: {} }] }] },
    'spec.layers[0].components[1]',
    'rule',
  ],
  [
    'a component with two sources',
    { sources, layers: [{ name: 'apps', components: [{ ...layer('a'), oci: {}, git: {} }] }] },
    'spec.layers[0].components[0]',
    'rule',
  ],
  [
    'an alert on layers and on named objects',
    notify(slack, { ...onCall, layers: ['apps'], eventSources: [] }),
    'spec.notifications.alerts[0]',
    'rule',
  ],
  [
    'a variable that begins with a digit',
    { sources, layers, variables: { substitute: { '1ST': 'x' } } },
    'spec.variables.substitute',
    'rule',
  ],
  [
    'a variable with a hyphen',
    { sources, layers, variables: { substitute: { 'A-B': 'x' } } },
    'spec.variables.substitute',
    'rule',
  ],

  ...INVALID_TEXTS,
  [
    'a word for adoption that there is not',
    { sources, layers, adoption: 'Always' },
    'spec.adoption',
    'not-allowed',
  ],
  [
    'a Git provider that there is not',
    { sources: [gitSource('fleet', { provider: 'gcp' })], layers },
    'spec.sources[0].git.provider',
    'not-allowed',
  ],
  [
    'a kind of source that there is not',
    { sources, layers: [layer('apps', [], { sourceRef: { kind: 'HelmRepository', name: 'a' } })] },
    'spec.layers[0].kustomization.sourceRef.kind',
    'not-allowed',
  ],
  [
    'a deletion policy that there is not',
    { sources, layers: [layer('apps', [], { deletionPolicy: 'Keep' })] },
    'spec.layers[0].kustomization.deletionPolicy',
    'not-allowed',
  ],
  [
    'a provider type that there is not',
    notify({ name: 'chat', type: 'irc' }),
    'spec.notifications.providers[0].type',
    'not-allowed',
  ],

  [
    'two sources of one name',
    { sources: [...sources, { ...bucket, name: 'fleet' }], layers: [] },
    'spec.sources[1]',
    'duplicate',
  ],
  [
    'two layers of one name',
    { sources, layers: [layer('apps'), layer('apps')] },
    'spec.layers[1]',
    'duplicate',
  ],
  [
    'a folder twice',
    { sources: [{ ...gitSource(), onlyPaths: ['apps', 'apps'] }], layers },
    'spec.sources[0].onlyPaths[1]',
    'duplicate',
  ],
  [
    'an unset path twice',
    { sources, layers: [{ ...layer('apps'), unset: ['wait', 'wait'] }] },
    'spec.layers[0].unset[1]',
    'duplicate',
  ],

  [
    'a layer without a name',
    { sources, layers: [{ kustomization: {} }] },
    'spec.layers[0].name',
    'missing-field',
  ],
  [
    'a source without a name',
    { sources: [{ git: {} }], layers: [] },
    'spec.sources[0].name',
    'missing-field',
  ],
  [
    'a provider without a type',
    notify({ name: 'chat' }),
    'spec.notifications.providers[0].type',
    'missing-field',
  ],
  [
    'an alert without a provider',
    notify(slack, { name: 'on-call' }),
    'spec.notifications.alerts[0].providerRef',
    'missing-field',
  ],
  [
    'a Secret without a name',
    { sources: [gitSource('fleet', { secretRef: {} })], layers },
    'spec.sources[0].git.secretRef.name',
    'missing-field',
  ],

  ['layers that are text', { sources, layers: 'apps' }, 'spec.layers', 'wrong-type'],
  [
    'a number for text',
    { sources, layers: [{ ...layer('apps'), path: 5 }] },
    'spec.layers[0].path',
    'wrong-type',
  ],
  [
    'text for yes or no',
    { sources, layers: [layer('apps', [], { prune: 'yes' })] },
    'spec.layers[0].kustomization.prune',
    'wrong-type',
  ],
  [
    'a number as a variable',
    { sources, layers, variables: { substitute: { A: 1 } } },
    'spec.variables.substitute.A',
    'wrong-type',
  ],
  ['no spec', undefined, 'spec', 'missing-field'],

  ['a field of the spec that there is not', { sources, layer: [] }, 'spec.layer', 'unknown-field'],
  [
    'a field of a layer that there is not',
    { sources, layers: [{ ...layer('apps'), dependson: [] }] },
    'spec.layers[0].dependson',
    'unknown-field',
  ],
  [
    'a field of a source that there is not',
    { sources: [{ ...gitSource(), paths: [] }], layers },
    'spec.sources[0].paths',
    'unknown-field',
  ],
];
