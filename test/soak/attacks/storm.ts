import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { type Attack, range, type ToSpec } from '../attack.ts';

/** A blueprint of a few objects. */
export const stormSpec: ToSpec = (random, name) => ({
  sources: [gitSource(`${name}-fleet`)],
  layers: range(1 + random.below(4)).map((i) => layer(`${name}-${i}`)),
});

/** The queue, by blueprints that come and go, often before they were reconciled once. */
export const storm: Attack = {
  name: 'storm',
  needs: 'blueprints',
  run: async (attacker) => {
    const { random } = attacker;
    while (!attacker.isOver()) {
      const name = `storm-${random.below(10)}`;
      if (random.chance(0.5)) await attacker.write(name, stormSpec(random, name));
      else await attacker.delete(name);
      await attacker.rest(random.below(150));
    }
  },
};
