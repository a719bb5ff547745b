import { refOfId, splitApiVersion, type ObjectRef } from '../api/object.ts';
import type { Status } from '../api/schema/status.ts';
import type { DesiredObject } from './desired.ts';
import { compare } from './problem.ts';

/** An object that this blueprint generated, or is about to. */
export interface Tracked {
  id: string;
  version: string;
  /** Its wave when it was last desired: created after the waves before it, deleted before them. */
  wave: number;
}

/** The reference of a tracked object. */
export function refOfTracked(tracked: Tracked): ObjectRef {
  return refOfId(tracked.id, tracked.version);
}

/** A desired object as the inventory holds it. */
export function trackDesired(object: DesiredObject): Tracked {
  return { id: object.id, version: splitApiVersion(object.ref.apiVersion).version, wave: object.wave };
}

/** Reads the inventory of a status. Entries beyond the last wave belong to it. */
export function readInventory(status: Status | undefined): Tracked[] {
  const { waves = [], entries = [] } = status?.inventory ?? {};
  const ends: number[] = [];
  for (const size of waves) ends.push((ends.at(-1) ?? 0) + size);
  let wave = 0;
  return entries.map(({ id, v }, i) => {
    while (wave < ends.length - 1 && i >= (ends[wave] ?? 0)) wave += 1;
    return { id, version: v, wave };
  });
}

/** Writes an inventory for a status: sorted by wave, then by id. */
export function writeInventory(tracked: readonly Tracked[]): NonNullable<Status['inventory']> {
  const sorted = [...tracked].sort((a, b) => a.wave - b.wave || compare(a.id, b.id));
  const waves = new Array<number>((sorted.at(-1)?.wave ?? -1) + 1).fill(0);
  for (const { wave } of sorted) waves[wave] = (waves[wave] ?? 0) + 1;
  return { waves, entries: sorted.map(({ id, version }) => ({ id, v: version })) };
}

/** What was tracked and what is about to be applied; of an object in both, the newer place counts. */
export function unionInventory(stored: readonly Tracked[], added: readonly Tracked[]): Tracked[] {
  const byId = new Map(stored.map((tracked) => [tracked.id, tracked]));
  for (const tracked of added) byId.set(tracked.id, tracked);
  return [...byId.values()];
}

/** The inventory without some objects. */
export function withoutIds(tracked: readonly Tracked[], gone: ReadonlySet<string>): Tracked[] {
  return tracked.filter(({ id }) => !gone.has(id));
}

/** The latest wave that holds anything: what must be gone before any other may be deleted. */
export function lastWave(tracked: readonly Tracked[]): Tracked[] {
  const wave = Math.max(...tracked.map((entry) => entry.wave));
  return tracked.filter((entry) => entry.wave === wave);
}
