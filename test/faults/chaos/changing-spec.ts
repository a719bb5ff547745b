import type { SeededRandom } from '../../harness/random.ts';
import { chartLayer, gitSource, layer } from '../../harness/blueprint/blueprints.ts';

/** Layers that a version of {@link changingSpec} may have beside those that all have. */
const OPTIONAL = ['cache', 'queue', 'search', 'mail'];

/**
 * A blueprint of some ten objects that differs from version to version in every way: layers come and go, move and
 * depend on others, fields change, appear and disappear, and one layer is held back by a HelmRelease.
 */
export function changingSpec(random: SeededRandom): object {
  const optional = OPTIONAL.filter(() => random.chance(0.5));
  const kustomization = (): object => ({
    ...(random.chance(0.5) ? { interval: `${10 + random.below(50)}m` } : {}),
    ...(random.chance(0.3) ? { timeout: `${2 + random.below(5)}m` } : {}),
    ...(random.chance(0.3) ? { patches: [patchOf(random.below(1000))] } : {}),
  });
  const apps = optional.map((name) => layer(name, [], kustomization()));
  return {
    ...(random.chance(0.5) ? { variables: { substitute: { REVISION: String(random.below(1000)) } } } : {}),
    ...(random.chance(0.3) ? { commonMetadata: { labels: { team: `team-${random.below(5)}` } } } : {}),
    sources: [gitSource('fleet', random.chance(0.5) ? { timeout: '60s' } : {}), gitSource('other')],
    layers: [
      { ...layer('base', [], kustomization()), source: 'fleet' },
      { ...chartLayer('chart', ['base']) },
      { ...layer('late', ['chart'], kustomization()), source: random.pick(['fleet', 'other']) },
      ...(apps.length === 0
        ? []
        : [{ name: 'apps', source: 'other', dependsOn: [random.pick(['base', 'late'])], components: apps }]),
    ],
    ...(random.chance(0.5) ? { notifications: notifications(random) } : {}),
  };
}

function notifications(random: SeededRandom): object {
  return {
    providers: [{ name: 'chat', type: 'slack', secretRef: { name: 'chat' } }],
    alerts: [
      {
        name: 'on-call',
        providerRef: { name: 'chat' },
        eventSeverity: random.pick(['info', 'error']),
      },
    ],
  };
}

/** A JSON patch, which Flux takes only with a target. */
function patchOf(value: number): object {
  return { patch: `- op: add\n# ${value}`, target: { kind: 'Deployment' } };
}
