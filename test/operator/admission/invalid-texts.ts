import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';

const sources = [gitSource()];
const layers = [layer('apps')];

/** Invalid specs by the form or the length of a text or list, as in `INVALID`. */
export const INVALID_TEXTS: [string, unknown, string, string][] = [
  ['a name in capitals', { sources, layers: [layer('Apps')] }, 'spec.layers[0].name', 'pattern'],
  [
    'a name that ends in a hyphen',
    { sources: [gitSource('fleet-')], layers: [] },
    'spec.sources[0].name',
    'pattern',
  ],
  [
    'an account with an underscore',
    { sources, layers, serviceAccountName: 'a_b' },
    'spec.serviceAccountName',
    'pattern',
  ],
  [
    'a folder that begins with a slash',
    { sources: [{ ...gitSource(), onlyPaths: ['/apps'] }], layers },
    'spec.sources[0].onlyPaths[0]',
    'pattern',
  ],
  [
    'an interval in days',
    { sources, layers: [layer('apps', [], { interval: '1d' })] },
    'spec.layers[0].kustomization.interval',
    'pattern',
  ],
  [
    'an interval without a unit',
    { sources: [gitSource('fleet', { interval: '60' })], layers },
    'spec.sources[0].git.interval',
    'pattern',
  ],
  [
    'a timeout of a source in hours',
    { sources: [gitSource('fleet', { timeout: '1h' })], layers },
    'spec.sources[0].git.timeout',
    'pattern',
  ],
  [
    'a default that is no duration',
    { sources, layers, defaults: { kustomization: { timeout: 'soon' } } },
    'spec.defaults.kustomization.timeout',
    'pattern',
  ],
  [
    'a namespace that is none',
    { sources, layers: [{ ...layer('apps'), namespace: 'my.apps' }] },
    'spec.layers[0].namespace',
    'pattern',
  ],

  [
    'a name of 64 characters',
    { sources, layers: [layer('a'.repeat(64))] },
    'spec.layers[0].name',
    'too-long',
  ],
  [
    'an exception without a reason',
    { sources, layers, policy: { exceptions: [{ rule: 'mutable-ref', target: 'apps', reason: '' }] } },
    'spec.policy.exceptions[0].reason',
    'too-short',
  ],
  [
    'an end of a suspension that is no time',
    { sources, layers, suspendUntil: 'tomorrow' },
    'spec.suspendUntil',
    'format',
  ],
  [
    'an end of a suspension on a day that there is not',
    { sources, layers, suspendUntil: '2027-02-29T00:00:00Z' },
    'spec.suspendUntil',
    'format',
  ],
  [
    'an object name of 254 characters',
    { sources: [{ ...gitSource(), objectName: 'a'.repeat(254) }], layers },
    'spec.sources[0].objectName',
    'too-long',
  ],
  [
    'a path of 1025 characters',
    { sources, layers: [{ ...layer('apps'), path: 'a'.repeat(1025) }] },
    'spec.layers[0].path',
    'too-long',
  ],
  [
    '101 dependencies',
    {
      sources,
      layers: [
        layer(
          'apps',
          Array.from({ length: 101 }, () => 'base'),
        ),
      ],
    },
    'spec.layers[0].dependsOn',
    'too-many',
  ],
  [
    '201 layers',
    { sources, layers: Array.from({ length: 201 }, (_, i) => layer(`l${i}`)) },
    'spec.layers',
    'too-many',
  ],
];
