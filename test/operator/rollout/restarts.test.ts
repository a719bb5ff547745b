import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { KIND } from '../../../src/api/names.ts';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import type { Tenant } from '../../harness/blueprint/tenant.ts';
import { type Moment, Timeline } from '../../harness/flux/timeline.ts';
import { SeededRandom } from '../../harness/random.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { intervalOf, markReady, openReady, untilInterval } from '../environments/staged.ts';

const ENVIRONMENTS = ['dev', 'staging', 'production'] as const;
type Environment = (typeof ENVIRONMENTS)[number];
const NAMES = ['base', 'apps'] as const;

/** What somebody writes by hand; no revision says it. */
const BY_HAND = '59m';

const ROUNDS = 10;

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

/** Three environments, each after the one before. All objects have the interval of their revision: 1m, 2m, 3m … */
function spec(revision: number): object {
  return {
    sources: [gitSource()],
    layers: NAMES.map((name) => layer(name, [], { interval: `${revision}m` })),
    environments: ENVIRONMENTS.map((name, i) => ({
      name,
      ...(i === 0 ? {} : { after: ENVIRONMENTS[i - 1] }),
    })),
  };
}

/** The interval of an object at a moment. */
const intervalIn = ({ object }: Moment): string => (object['spec'] as { interval: string }).interval;

const objectsOf = (environment: Environment): string[] => NAMES.map((name) => `${name}-${environment}`);

/** Changes or deletes an object by hand, of any environment. */
async function meddle(tenant: Tenant, random: SeededRandom): Promise<void> {
  const ref = tenant.ref('Kustomization', random.pick(ENVIRONMENTS.flatMap(objectsOf)));
  if (random.chance(0.4)) await tenant.client.cluster.delete(ref);
  else await tenant.patch(ref, { spec: { interval: BY_HAND } }).catch(() => undefined);
}

/** Which revision was let into an environment, and from which write to the cluster on. */
type Opened = Record<Environment, { revision: number; at: number }[]>;

/** Each state of an object, less those that somebody wrote by hand, that no revision in force there explains. */
async function findUnexplained(timeline: Timeline, opened: Opened): Promise<string[]> {
  const wrong: string[] = [];
  for (const environment of ENVIRONMENTS) {
    for (const name of objectsOf(environment)) {
      for (const moment of await timeline.of('Kustomization', name)) {
        const { at } = moment;
        const interval = intervalIn(moment);
        const revision = opened[environment].find((one) => `${one.revision}m` === interval);
        if (interval === BY_HAND || (revision !== undefined && at > revision.at)) continue;
        wrong.push(`${name} had ${interval} at ${at}, and ${JSON.stringify(opened[environment].slice(-2))}`);
      }
    }
  }
  return wrong;
}

/**
 * Moments at which an environment was a mix: an object went back to a revision of before, or two objects were more than
 * the one change apart that was being applied. What somebody wrote by hand says nothing.
 */
async function findMixed(timeline: Timeline): Promise<string[]> {
  const wrong: string[] = [];
  for (const environment of ENVIRONMENTS) {
    const names = objectsOf(environment);
    const all = await Promise.all(
      names.map(async (name) =>
        (await timeline.of('Kustomization', name)).map((moment) => ({ ...moment, name })),
      ),
    );
    const last = new Map<string, number>();
    for (const { name, ...moment } of all.flat().sort((a, b) => a.at - b.at)) {
      const { at } = moment;
      const interval = intervalIn(moment);
      if (interval === BY_HAND) continue;
      const revision = Number.parseInt(interval, 10);
      if (revision < (last.get(name) ?? 0)) wrong.push(`${name} went back to revision ${revision} at ${at}`);
      last.set(name, revision);
      const apart = Math.max(...last.values()) - Math.min(...last.values());
      if (apart > 1) wrong.push(`${environment} was ${apart} revisions apart at ${at}`);
    }
    if (last.size !== names.length) wrong.push(`the watch saw only ${[...last.keys()].join(', ')}`);
  }
  return wrong;
}

/** Moments at which the status says that an environment is ready with a revision that not all objects had. */
async function findUntrue(timeline: Timeline, tenant: Tenant): Promise<string[]> {
  const { metadata } = await tenant.blueprint();
  const statuses = await timeline.of(KIND, metadata.name);
  const wrong: string[] = [];
  for (const environment of ENVIRONMENTS) {
    const states = await Promise.all(
      objectsOf(environment).map((name) => timeline.of('Kustomization', name)),
    );
    for (const { object, at } of statuses) {
      const { environments = [] } = (object as unknown as Blueprint).status ?? {};
      const found = environments.find(({ name }) => name === environment);
      if (found?.state !== 'Ready' || found.revision === undefined) continue;
      const had = states.map((moments) => moments.filter((moment) => moment.at < at).map(intervalIn));
      if (!had.every((intervals) => intervals.includes(`${found.revision}m`)))
        wrong.push(`${environment} was said to be ready with revision ${found.revision} at ${at}`);
    }
  }
  return wrong;
}

test('killed at 30 moments of rollouts, with drift and deletions meanwhile, each environment keeps to what is in force', async () => {
  const random = new SeededRandom(20_261_130);
  const tenant = await openReady(cluster.client, spec(1));
  const timeline = await Timeline.start(cluster.client, tenant.namespace);
  const opened: Opened = { dev: [], staging: [], production: [] };
  for (const environment of ENVIRONMENTS) opened[environment].push({ revision: 1, at: 0 });
  let kills = 0;
  for (let revision = 2; revision < 2 + ROUNDS; revision++) {
    const applied = await tenant.applyBlueprint(spec(revision));
    opened.dev.push({ revision, at: Number(applied.metadata.resourceVersion) - 1 });
    for (const [i, environment] of ENVIRONMENTS.entries()) {
      await new Promise((resolve) => setTimeout(resolve, random.below(500)));
      await meddle(tenant, random);
      await cluster.restartOperator('SIGKILL');
      kills += 1;
      for (const name of objectsOf(environment)) await untilInterval(tenant, name, `${revision}m`);
      const next = ENVIRONMENTS[i + 1];
      // From the last word that this one is ready on, and not before, the next may have the revision.
      const [last = ''] = objectsOf(environment);
      const { metadata } = await tenant.get('Kustomization', last);
      if (next !== undefined) opened[next].push({ revision, at: Number(metadata.resourceVersion) });
      await bringUp(tenant, environment, revision);
    }
  }
  expect(kills).toBe(30);
  expect(await findUnexplained(timeline, opened)).toEqual([]);
  expect(await findMixed(timeline)).toEqual([]);
  expect(await findUntrue(timeline, tenant)).toEqual([]);
  for (const name of ENVIRONMENTS.flatMap(objectsOf))
    expect(await intervalOf(tenant, name)).toBe(`${1 + ROUNDS}m`);
  await timeline.stop();
});

/** Marks an environment ready until the status has the revision in force there, and settled. */
async function bringUp(tenant: Tenant, environment: Environment, revision: number): Promise<void> {
  await waitFor(`${environment} is ready with revision ${revision}`, async () => {
    await markReady(tenant, ...objectsOf(environment));
    const { environments = [] } = await tenant.status();
    const found = environments.find(({ name }) => name === environment);
    if (found?.revision === revision && found.state === 'Ready') return true;
    throw new Error(JSON.stringify(found));
  });
}
