import { API_VERSION, KIND } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { compile } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import type { DesiredObject } from '../../../src/core/objects/desired.ts';

/** The numbers from 0 up to `count`. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Components of the layer that all others wait for, and the most of each other layer. */
const [BASE, PER_LAYER] = [3, 50];

/**
 * A blueprint of so many objects, more than a handful: a Git source, a layer of three Kustomizations, and layers that
 * wait for it, with what platforms share: defaults, variables, a namespace to deploy to.
 */
export function blueprintOf(namespace: string, objects: number, name = 'bench'): KubeObject {
  const rest = objects - 1 - BASE;
  const layers = range(Math.ceil(rest / PER_LAYER)).map((i) => ({
    name: `apps-${i}`,
    dependsOn: ['infrastructure'],
    components: componentsOf(`${name}-app-${i}`, Math.min(PER_LAYER, rest - i * PER_LAYER)),
  }));
  const spec = {
    defaults: { kustomization: { timeout: '5m', retryInterval: '1m' } },
    variables: { substitute: { CLUSTER_NAME: 'production', DOMAIN: 'example.com', ENVIRONMENT: 'prod' } },
    sources: [
      {
        name: `${name}-fleet`,
        git: { url: 'https://example.com/fleet.git', ref: { branch: 'main' }, interval: '5m' },
      },
    ],
    layers: [{ name: 'infrastructure', components: componentsOf(`${name}-base`, BASE) }, ...layers],
  };
  return { apiVersion: API_VERSION, kind: KIND, metadata: { name, namespace }, spec };
}

function componentsOf(prefix: string, count: number): object[] {
  return range(count).map((i) => ({
    name: `${prefix}-${i}`,
    kustomization: { interval: '10m', targetNamespace: 'apps' },
  }));
}

/** What the operator makes of a blueprint, in the order in which it applies it. */
export function compileBlueprint(blueprint: KubeObject): readonly DesiredObject[] {
  const compiled = compile(blueprint, offlineContext());
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems.slice(0, 3)));
  return compiled.desired.objects;
}
