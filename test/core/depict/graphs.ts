import { compile } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import type { DesiredState } from '../../../src/core/objects/desired.ts';
import { FLEET, blueprintOf } from '../compiling.ts';

/** What a spec asks for; throws when it is refused. */
export function desiredOf(spec: unknown): DesiredState {
  const compiled = compile(blueprintOf(spec), offlineContext());
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.desired;
}

/** Three layers, of which the last waits for both others. */
export const DIAMOND = {
  sources: [FLEET],
  layers: [
    { name: 'base', kustomization: {} },
    { name: 'data', dependsOn: ['base'], kustomization: {} },
    {
      name: 'apps',
      dependsOn: ['data', 'base'],
      components: [
        { name: 'web', kustomization: {} },
        { name: 'api', dependsOn: ['web'], kustomization: {} },
      ],
    },
  ],
};

/** Two environments, of which one waits for the other. */
export const STAGED = {
  sources: [FLEET],
  layers: [
    { name: 'base', kustomization: {} },
    { name: 'apps', dependsOn: ['base'], kustomization: {} },
  ],
  environments: [{ name: 'staging' }, { name: 'production', after: 'staging' }],
};

/** As many layers as wanted, each of some components, and each after the one before. */
export function wideChain(layers: number, components: number): unknown {
  return {
    sources: [FLEET],
    layers: Array.from({ length: layers }, (_, i) => ({
      name: `layer-${i}`,
      ...(i === 0 ? {} : { dependsOn: [`layer-${i - 1}`] }),
      components: Array.from({ length: components }, (_, k) => ({ name: `c${i}-${k}`, kustomization: {} })),
    })),
  };
}
