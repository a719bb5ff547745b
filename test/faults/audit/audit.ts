/**
 * Finds what a fault has damaged, without any code of the operator but `render`: objects lost or left over, objects of
 * others that were touched, and writes beyond rights. Begin with {@link auditCluster}; tests wait by `converge.ts`.
 */
import { FIELD_MANAGER, Label, MANAGED_BY } from '../../../src/api/names.ts';
import { displayName, type KubeObject, objectId, refOf } from '../../../src/api/object.ts';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import { readInventory } from '../../../src/core/objects/inventory.ts';
import { isBystander } from '../cluster/bystanders.ts';
import { findDifferences, findLeftOver } from './compare.ts';
import { findEscalations } from './escalations.ts';
import type { FaultCluster } from '../cluster/fault-cluster.ts';
import { renderBlueprints } from './render.ts';

/**
 * Everything that is wrong. All lists are empty where the cluster is as its blueprints say and nothing else happened.
 */
export interface Findings {
  /** What carries our label, or fields of ours, and no blueprint wants. */
  orphans: string[];
  /** What a blueprint wants and is not there, or not as wanted; and a blueprint that is not ready, or not gone. */
  lost: string[];
  /** Objects of others that are not as they were. */
  foreign: string[];
  /** Writes that no blueprint gives a right to. */
  escalations: string[];
}

/**
 * Checks a whole cluster in the end. It asks the API server for every object of every kind, compares
 * it with what `render` prints for the blueprints that are wanted, and reads the API server's own log of who wrote
 * what.
 */
export async function auditCluster(cluster: FaultCluster): Promise<Findings> {
  const { wanted } = cluster;
  const objects = await renderBlueprints(cluster.bundleFile, wanted);
  const ids = new Set(objects.map((object) => objectId(refOf(object))));
  const [orphans, lost, unsettled, foreign] = await Promise.all([
    findOrphans(cluster, ids),
    findLost(cluster, objects),
    findUnsettled(cluster, wanted, objects),
    cluster.bystanders.findTouched(),
  ]);
  return { orphans, lost: [...lost, ...unsettled], foreign, escalations: await auditWrites(cluster) };
}

/** The writes of the operator, since the start, that no blueprint gives a right to. */
export async function auditWrites({ controlPlane, accounts }: FaultCluster): Promise<string[]> {
  return findEscalations(await controlPlane.auditedWrites(), accounts);
}

/** Counts, in the words of the issue. */
export function describeCounts({ orphans, lost, foreign, escalations }: Findings): string {
  return [
    `orphans ${orphans.length}`,
    `lost ${lost.length}`,
    `foreign objects touched ${foreign.length}`,
    `escalations ${escalations.length}`,
  ].join(', ');
}

async function findOrphans({ client }: FaultCluster, wanted: ReadonlySet<string>): Promise<string[]> {
  await client.discovery.refresh();
  const groups = ['', ...listGroups()];
  const types = groups.flatMap((group) => client.discovery.inGroup(group));
  const lists = await Promise.all(
    types
      .filter(({ kind }) => !NEVER_GENERATED.has(kind))
      .map(({ group, kind }) => client.list(group, kind).catch(() => [])),
  );
  return lists
    .flat()
    .filter((object) => !isBystander(object) && isOurs(object) && !wanted.has(objectId(refOf(object))))
    .map((object) => displayName(refOf(object)));
}

function listGroups(): string[] {
  const flux = ['source', 'kustomize', 'helm', 'notification', 'image'];
  return [...flux.map((group) => `${group}.toolkit.fluxcd.io`), 'external-secrets.io'];
}

/** Subresources and kinds that cannot be listed. Events are about blueprints, and no blueprint wants one. */
const NEVER_GENERATED: ReadonlySet<string> = new Set(['Event', 'Binding', 'ComponentStatus']);

function isOurs({ metadata: { labels = {}, managedFields = [] } }: KubeObject): boolean {
  return (
    labels[Label.ManagedBy] === MANAGED_BY || managedFields.some(({ manager }) => manager === FIELD_MANAGER)
  );
}

async function findLost({ client }: FaultCluster, wanted: readonly KubeObject[]): Promise<string[]> {
  const found = await Promise.all(
    wanted.map(async (object) => {
      const name = displayName(refOf(object));
      const live = await client.cluster.get(refOf(object)).catch(() => undefined);
      if (live === undefined) return [`${name} is not there`];
      if (live.metadata.deletionTimestamp !== undefined) return [`${name} is being deleted`];
      return [
        ...findDifferences(object, live).map((path) => `${name} differs at ${path}`),
        ...findLeftOver(object, live).map((path) => `${name} still has ${path}`),
      ];
    }),
  );
  return found.flat();
}

async function findUnsettled(
  { client }: FaultCluster,
  wanted: readonly KubeObject[],
  objects: readonly KubeObject[],
): Promise<string[]> {
  const names = new Set(wanted.map(nameOf));
  const blueprints = (await client.list('fluxblueprint.io', 'FluxBlueprint')) as unknown as Blueprint[];
  const left = blueprints.filter((blueprint) => !names.has(nameOf(blueprint)));
  const present = new Map(blueprints.map((blueprint) => [nameOf(blueprint), blueprint]));
  return [
    ...left.map((blueprint) => `blueprint ${nameOf(blueprint)} is still there`),
    ...wanted.flatMap((manifest) => {
      const problem = explainUnsettled(present.get(nameOf(manifest)), manifest, objects);
      return problem === undefined ? [] : [`blueprint ${nameOf(manifest)} ${problem}`];
    }),
  ];
}

function explainUnsettled(
  blueprint: Blueprint | undefined,
  manifest: KubeObject,
  objects: readonly KubeObject[],
): string | undefined {
  if (blueprint === undefined) return 'is not there';
  const ready = blueprint.status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status !== 'True' || ready.observedGeneration !== blueprint.metadata.generation)
    return `is not ready: ${ready?.message ?? 'no status'}`;
  const tracked = listTracked(blueprint);
  const expected = objects
    .filter(({ metadata: { labels = {} } }) => isOf(labels, manifest))
    .map((object) => objectId(refOf(object)))
    .sort();
  return tracked.join() === expected.join()
    ? undefined
    : `has in its inventory ${tracked.join(' ')} and not ${expected.join(' ')}`;
}

function listTracked({ status }: Blueprint): string[] {
  return readInventory(status)
    .map(({ id }) => id)
    .sort();
}

function isOf(labels: Record<string, string>, { metadata }: KubeObject): boolean {
  return labels[Label.Name] === metadata.name && labels[Label.Namespace] === metadata.namespace;
}

function nameOf({ metadata }: { metadata: { name: string; namespace?: string } }): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
