import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { API_VERSION, KIND } from '../../../src/api/names.ts';
import { isReason } from '../../../src/ports/cluster.ts';
import { TestClient } from '../../harness/api-server/client.ts';
import { sharedControlPlane } from '../../harness/jest/shared-control-plane.ts';
import { SeededRandom } from '../../harness/random.ts';
import type { Attack, Attacker } from '../attack.ts';
import { dealRound } from '../campaign.ts';
import { ATTACKS } from './index.ts';

let client: TestClient;
let namespace: string;

beforeAll(async () => {
  client = await TestClient.connect(sharedControlPlane().kubeconfigPath);
  namespace = await client.makeNamespace(`attacks-${crypto.randomUUID().slice(0, 8)}`);
});

afterAll(() => client.close());

/**
 * Runs an attack for one round, without storing anything. Answers how many blueprints were taken, and why others were
 * not.
 */
async function rehearse(attack: Attack): Promise<{ taken: number; refused: string[] }> {
  const found = { taken: 0, refused: [] as string[] };
  let turns = 0;
  const attacker: Attacker = {
    namespace,
    random: new SeededRandom(1),
    // An attack that never looks would never end.
    isOver: () => turns++ > 3,
    rest: () => Promise.resolve(),
    delete: () => Promise.resolve(),
    request: () => Promise.resolve(undefined),
    write: async (name, spec) => {
      const manifest = { apiVersion: API_VERSION, kind: KIND, metadata: { name, namespace }, spec };
      try {
        await client.cluster.apply(manifest, { fieldManager: 'test', dryRun: true });
        found.taken++;
        return true;
      } catch (error) {
        if (!isReason(error, 'Invalid', 'BadRequest', 'TooLarge', 'ServerError')) throw error;
        found.refused.push(error.message.slice(0, 300));
        return false;
      }
    },
  };
  await attack.run(attacker);
  return found;
}

for (const attack of ATTACKS) {
  test(`the API server takes the blueprints of the attack ${attack.name}, so that the operator meets them`, async () => {
    const { taken, refused } = await rehearse(attack);
    expect(refused).toEqual([]);
    expect(taken).toBeGreaterThan(0);
  });
}

test('each round deals every attack once, to a tenant that has the rights for it, and each seed in its own order', () => {
  const tenants = (['blueprints', 'objects', 'blueprints'] as const).map((rights) => ({ rights }));
  const hands = dealRound(tenants, ATTACKS, 7);
  expect(new Set(hands.flat())).toEqual(new Set(ATTACKS));
  expect(hands.flat()).toHaveLength(ATTACKS.length);
  expect(hands.filter((hand) => hand.some(({ needs }) => needs === 'objects'))).toEqual([hands[1]]);
  expect(dealRound(tenants, ATTACKS, 7)).toEqual(hands);
  expect(dealRound(tenants, ATTACKS, 8)).not.toEqual(hands);
});
