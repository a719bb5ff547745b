import { Neighbour } from '../harness/blueprint/neighbour.ts';
import type { Cleanups } from '../harness/cleanup.ts';
import { SeededRandom } from '../harness/random.ts';
import { ByteBudget } from './byte-budget.ts';
import type { Hostile } from './campaign.ts';
import type { SoakOptions } from './options.ts';
import { DEPLOYER, type Stage } from './stage.ts';
import { TenantAttacker } from './tenant-attacker.ts';

/** The part of the tenants that is hostile. */
const HOSTILE = 0.6;

/** What all tenants write together, at most, in bytes per second. */
const BYTES_PER_SECOND = 1_500_000;

/** The pause of a good tenant between two changes, in milliseconds. */
const CHANGE_PAUSE_MS = 500;

/** The tenants of a soak. */
export interface Tenants {
  /** The good ones, by namespace. */
  neighbours: Map<string, Neighbour>;
  hostiles: Hostile[];
}

/** Makes the tenants: good ones first. Every second one's blueprints are written as an account. */
export async function openTenants(stage: Stage, options: SoakOptions, cleanups: Cleanups): Promise<Tenants> {
  const { tenants, seed } = options;
  const good = tenants - Math.min(tenants - 1, Math.max(1, Math.round(tenants * HOSTILE)));
  const budget = new ByteBudget(BYTES_PER_SECOND);
  const [neighbours, hostiles] = [new Map<string, Neighbour>(), [] as Hostile[]];
  for (let i = 0; i < tenants; i++) {
    const namespace = `tenant-${i}`;
    const rights = i >= good && i % 2 === 0 ? 'objects' : 'blueprints';
    const client = await stage.openTenant(namespace, rights);
    cleanups.push(() => client.close());
    const account = i % 4 < 2 ? DEPLOYER : undefined;
    if (i < good) {
      const spec = account === undefined ? {} : { serviceAccountName: account };
      const settings = { namespace, writer: client, spec, pauseMs: CHANGE_PAUSE_MS };
      const neighbour = await Neighbour.open(stage.client, settings);
      cleanups.push(() => neighbour.close());
      neighbours.set(namespace, neighbour);
    } else {
      const random = new SeededRandom(seed + i);
      hostiles.push({ rights, attacker: new TenantAttacker({ client, namespace, random, budget, account }) });
    }
  }
  return { neighbours, hostiles };
}
