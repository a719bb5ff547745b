import { expect, test } from '@jest/globals';
import { widget } from '../../harness/api-server/environment.ts';
import { useFaultFixture } from '../../harness/api-server/fault-fixture.ts';
import type { Script } from '../../harness/api-server/fault-proxy.ts';
import { findBreaches, watchWidgets, widgetsPath, type Watching } from '../../harness/api-server/watching.ts';
import { waitFor } from '../../harness/wait-for.ts';

const fieldManager = 'test';
const fixture = useFaultFixture();
const objects = 200;
const rounds = 3;

/** The same numbers in [0, 1) each time (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Creates, changes, deletes and recreates objects, some at a time; answers every version that was stored. */
async function churn(): Promise<Set<string>> {
  const { direct, namespace } = fixture;
  const stored = new Set<string>();
  const live = async (i: number): Promise<void> => {
    for (let round = 0; round < rounds; round++) {
      const object = widget(namespace, `w${i}`, { size: round, text: 'x'.repeat(i * 5) });
      const { metadata } = await direct.cluster.apply(object, { fieldManager });
      stored.add(`${metadata.uid ?? ''} ${metadata.resourceVersion ?? ''}`);
      if ((i + round) % 3 === 0) await direct.cluster.delete({ ...object, namespace, name: `w${i}` });
    }
  };
  const indices = Array.from({ length: objects }, (_, i) => i).values();
  const worker = async (): Promise<void> => {
    for (const i of indices) await live(i);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return stored;
}

/** Waits until the store holds exactly what the cluster lists. */
async function catchUp({ reflector }: Watching): Promise<void> {
  const { direct, namespace } = fixture;
  const list = await direct.transport.request({ method: 'GET', path: widgetsPath(namespace) });
  const listed = (list['items'] as ReturnType<typeof widget>[]).map(versionOf).sort();
  expect(listed.length).toBeGreaterThan(objects / 2);
  await waitFor('the store holds what the cluster does', () => {
    const held = [...reflector.store.list()].map(versionOf).sort();
    return JSON.stringify(held) === JSON.stringify(listed);
  });
}

function versionOf({ metadata }: { metadata: { uid?: string; resourceVersion?: string } }): string {
  return `${metadata.uid ?? ''} ${metadata.resourceVersion ?? ''}`;
}

function cutsAtRandom(seed: number): { script: Script; cuts: () => number } {
  const random = seededRandom(seed);
  let cuts = 0;
  const script: Script = ({ isWatch }) => {
    if (!isWatch) return undefined;
    const bytes = Math.floor(random() * 40_000);
    const kind = random() < 0.5 ? 'cut' : 'end';
    cuts++;
    return random() < 0.1 ? { kind: 'reset' } : { kind, bytes };
  };
  return { script, cuts: () => cuts };
}

test.each([1, 2, 3])(
  'no change is lost or reported twice while the watch is cut at random (seed %d)',
  async (seed) => {
    const { client, namespace, proxy } = fixture;
    const { script, cuts } = cutsAtRandom(seed);
    proxy.script = script;
    const watching = fixture.stopLater(
      await watchWidgets(client, namespace, { baseDelayMs: 2, maxDelayMs: 20 }),
    );
    const stored = await churn();
    await catchUp(watching);
    expect(findBreaches(watching.changes)).toEqual([]);
    const reported = watching.changes
      .filter(({ type }) => type !== 'Deleted')
      .map(({ object }) => versionOf(object));
    expect(new Set(reported)).toEqual(stored);
    expect(reported).toHaveLength(objects * rounds);
    expect(cuts()).toBeGreaterThan(5);
    expect(proxy.requestsTo(widgetsPath(namespace), 'list')).toHaveLength(1);
  },
);

test('no object is lost or reported twice while watches are cut and expire at random', async () => {
  const { client, namespace, proxy } = fixture;
  const { script } = cutsAtRandom(4);
  let watches = 0;
  proxy.script = (request) =>
    request.isWatch && ++watches % 4 === 0 ? { kind: 'answer', status: 410 } : script(request);
  const options = { baseDelayMs: 2, maxDelayMs: 20, pageSize: 50 };
  const watching = fixture.stopLater(await watchWidgets(client, namespace, options));
  await churn();
  await catchUp(watching);
  expect(findBreaches(watching.changes)).toEqual([]);
  expect(proxy.requestsTo(widgetsPath(namespace), 'list').length).toBeGreaterThan(1);
});
