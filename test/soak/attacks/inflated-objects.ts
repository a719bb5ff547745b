import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { type Attack, range, type ToSpec } from '../attack.ts';

/** How many Kustomizations it inflates. */
const OBJECTS = 40;

/** A blueprint of so many Kustomizations. */
export const inflatedSpec: ToSpec = (_, name) => ({
  sources: [gitSource(`${name}-fleet`)],
  layers: range(OBJECTS).map((i) => layer(`${name}-${i}`)),
});

/** Memory, by annotations of 200 kB that the tenant itself puts on generated objects; and drift that never ends. */
export const inflatedObjects: Attack = {
  name: 'inflated-objects',
  needs: 'objects',
  run: async (attacker) => {
    const { namespace, random } = attacker;
    const name = 'inflated';
    await attacker.write(name, inflatedSpec(random, name));
    await attacker.rest(1500);
    for (let i = 0; !attacker.isOver(); i++) {
      await attacker.request({
        method: 'PATCH',
        path: `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations/${name}-${i % OBJECTS}`,
        query: { fieldManager: 'somebody' },
        contentType: 'application/merge-patch+json',
        body: {
          metadata: { annotations: { inflated: String(random.below(10)).repeat(200_000) } },
          spec: { interval: `${1 + random.below(50)}m` },
        },
      });
      await attacker.rest(50);
    }
    await attacker.delete(name);
  },
};
