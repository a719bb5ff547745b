import { gitSource } from '../../harness/blueprint/blueprints.ts';
import { type Attack, range, type ToSpec } from '../attack.ts';

/** The time between two edits, in milliseconds: a hundred a minute. */
const EVERY_MS = 600;

/**
 * A blueprint that is as expensive as an allowed one can be: 1800 objects in 50 environments, and other text each time.
 */
export const heavySpec: ToSpec = (random, name) => ({
  sources: [gitSource(`${name}-fleet`)],
  variables: { substitute: { EDIT: String(random.next()), TEXT: 'x'.repeat(2000) } },
  layers: [
    {
      name: 'apps',
      components: range(36).map((i) => ({
        name: `${name}-${i}`,
        ...(i === 0 ? {} : { dependsOn: [`${name}-${random.below(i)}`] }),
        kustomization: { patches: range(5).map(() => ({ patch: `# ${random.next()}` })) },
      })),
    },
  ],
  environments: range(50).map((i) => ({
    name: `e${i}`,
    variables: { substitute: { ENVIRONMENT: `e${i}` } },
  })),
});

/** The time of the operator, by edits that each have a large blueprint compiled. */
export const heavyEdits: Attack = {
  name: 'heavy-edits',
  needs: 'blueprints',
  run: async (attacker) => {
    while (!attacker.isOver()) {
      await attacker.write('heavy', heavySpec(attacker.random, 'heavy'));
      await attacker.rest(EVERY_MS);
    }
  },
};
