import { GROUP, KIND, Label, MANAGED_BY, RECONCILE_REQUEST } from '../../src/api/names.ts';
import { displayName, type KubeObject, refOf } from '../../src/api/object.ts';
import type { Status } from '../../src/api/schema/status.ts';
import { GENERATED_KINDS } from '../../src/core/kinds/index.ts';
import { mapConcurrently } from '../../src/operator/context/map-concurrently.ts';
import type { TestClient } from '../harness/api-server/client.ts';
import { waitFor } from '../harness/wait-for.ts';
import { FORGED } from './attacks/forged-labels.ts';

/** How long everything may take to go, in milliseconds. */
const BOUND_MS = 300_000;

/**
 * Takes what tenants forged out of inventories: entries of other namespaces, where no blueprint of the soak generates
 * anything. Otherwise such a blueprint never goes, since its account may not delete there, and only an administrator
 * who mends its status can help.
 */
async function mendInventory({ cluster }: TestClient, blueprint: KubeObject): Promise<void> {
  const { inventory = [] } = (blueprint as { status?: Status }).status ?? {};
  const own = blueprint.metadata.namespace ?? '';
  const mended = inventory.map(({ namespaces, ...kind }) => ({
    ...kind,
    namespaces: { [own]: namespaces[own] ?? {} },
  }));
  if (inventory.every(({ namespaces }) => Object.keys(namespaces).every((name) => name === own))) return;
  const { apiVersion, kind, metadata } = blueprint;
  const { name, namespace } = metadata;
  const status = { inventory: mended };
  const object = { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
  await cluster.applyStatus({ ...object, status }, { fieldManager: 'soak' });
  // A deletion that was blocked for half an hour is tried again every quarter of an hour, unless somebody asks for it.
  const annotations = { [RECONCILE_REQUEST]: new Date().toISOString() };
  await cluster.merge(refOf(blueprint), { metadata: { annotations } }, { fieldManager: 'soak' });
}

/**
 * Deletes every blueprint, waits until none is left, and answers what is left then: blueprints that do not go, and
 * objects that carry the labels of one. Objects with forged labels do not count, nor do those of a blueprint whose
 * inventory its own tenant has forged: what that no longer names stays.
 */
export async function removeEverything(client: TestClient): Promise<string[]> {
  const blueprints = await client.list(GROUP, KIND);
  await mapConcurrently(blueprints, 4, async (each) => {
    await mendInventory(client, each);
    await client.cluster.delete(refOf(each));
  });
  const gone = waitFor(
    'every blueprint is gone',
    async () => {
      const { length } = await client.list(GROUP, KIND);
      if (length === 0) return true;
      throw new Error(`${length} are left`);
    },
    { boundMs: BOUND_MS, everyMs: 1000 },
  );
  // What does not go is listed below.
  await gone.catch(() => undefined);
  const lists = await Promise.all(GENERATED_KINDS.map(({ group, kind }) => client.list(group, kind)));
  const labelled = lists.flat().filter(isGenerated);
  const forged = labelled.filter(({ metadata }) => metadata.name.startsWith(FORGED));
  await mapConcurrently(forged, 4, (each) => client.cluster.delete(refOf(each)));
  const left = labelled.filter((each) => !forged.includes(each));
  return [...(await client.list(GROUP, KIND)), ...left].map((each) => displayName(refOf(each)));
}

function isGenerated({ metadata }: KubeObject): boolean {
  return metadata.labels?.[Label.ManagedBy] === MANAGED_BY;
}
