import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { type Attack, range, type ToSpec } from '../attack.ts';

/** How many a tenant has at most: so many ended an operator of 320 MB. */
const BLUEPRINTS = 46;

/** A blueprint of 829 kB that does nothing but be there. */
export const copiesSpec: ToSpec = (random, name) => ({
  suspend: true,
  sources: [gitSource(`${name}-fleet`)],
  layers: range(200).map((i) => ({
    ...layer(`${name}-${i}`),
    metadata: { annotations: { note: String(random.below(10)).repeat(4000) } },
  })),
});

/** Memory, by what the operator holds of blueprints. They stay, so that there are more of them each time. */
export const copies: Attack = {
  name: 'copies',
  needs: 'blueprints',
  run: async (attacker) => {
    const first = attacker.random.below(BLUEPRINTS);
    for (const i of range(BLUEPRINTS)) {
      if (attacker.isOver()) return;
      const name = `copies-${(first + i) % BLUEPRINTS}`;
      await attacker.write(name, copiesSpec(attacker.random, name));
    }
  },
};
