import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { type Attack, range, type ToSpec } from '../attack.ts';

/** A blueprint of a few objects. */
export const stormSpec: ToSpec = (random, name) => ({
  sources: [gitSource(`${name}-fleet`)],
  layers: range(1 + random.below(4)).map((i) => layer(`${name}-${i}`)),
});

/**
 * The queue, by blueprints that come and go, often before they were reconciled once, and by names that never return.
 */
export const storm: Attack = {
  name: 'storm',
  needs: 'blueprints',
  run: async (attacker) => {
    const { random } = attacker;
    while (!attacker.isOver()) {
      const returns = random.chance(0.5);
      const name = `storm-${random.below(returns ? 10 : 2 ** 31)}`;
      if (!returns || random.chance(0.5)) await attacker.write(name, stormSpec(random, name));
      await attacker.rest(random.below(150));
      if (!returns || random.chance(0.5)) await attacker.delete(name);
    }
  },
};
