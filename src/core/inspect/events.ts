import { type KubeObject, type ObjectRef, displayName, objectKey, refOf } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import { readInventory, refOfTracked } from '../objects/inventory.ts';
import { ageOf } from '../text/age.ts';
import type { Cell, Table } from '../text/table.ts';
import { numberAt, textAt } from '../values/json.ts';
import { compare } from '../values/path.ts';

/** An event of the core API: what of it is read may be missing, or anything. */
export type LiveEvent = KubeObject;

/** A blueprint and what it generated, as far as events are about it. */
export class Subjects {
  readonly #keys: ReadonlySet<string>;
  /** The namespaces in which events may be about them, that of the blueprint first. */
  readonly namespaces: readonly string[];

  constructor(blueprint: Blueprint) {
    const refs = [refOf(blueprint), ...listGenerated(blueprint)];
    this.#keys = new Set(refs.map(({ kind, namespace, name }) => objectKey(kind, namespace, name)));
    this.namespaces = [...new Set(refs.flatMap(({ namespace }) => namespace ?? []))];
  }

  /** Whether an event is about one of them. */
  include(event: LiveEvent): boolean {
    const { kind, namespace, name } = regardingOf(event);
    return this.#keys.has(objectKey(kind, namespace, name));
  }
}

/** What a blueprint generated, by its status. */
export function listGenerated({ status }: Pick<Blueprint, 'status'>): ObjectRef[] {
  return readInventory(status).map(refOfTracked);
}

function regardingOf(event: LiveEvent): { kind: string; namespace: string; name: string } {
  const read = (field: string): string => textAt(event, ['involvedObject', field]) ?? '';
  return { kind: read('kind'), namespace: read('namespace'), name: read('name') };
}

/** When an event happened last, as RFC 3339; empty where it does not say. */
function lastSeenOf(event: LiveEvent): string {
  return (
    textAt(event, ['series', 'lastObservedTime']) ??
    textAt(event, ['lastTimestamp']) ??
    textAt(event, ['eventTime']) ??
    textAt(event, ['metadata', 'creationTimestamp']) ??
    ''
  );
}

function firstSeenOf(event: LiveEvent): string {
  return textAt(event, ['eventTime']) ?? textAt(event, ['firstTimestamp']) ?? lastSeenOf(event);
}

/** Events from the oldest to the newest, by when they happened last. */
export function sortEvents(events: readonly LiveEvent[]): LiveEvent[] {
  const times = new Map(events.map((event) => [event, Date.parse(lastSeenOf(event)) || 0]));
  return [...events].sort(
    (a, b) => (times.get(a) ?? 0) - (times.get(b) ?? 0) || compare(a.metadata.name, b.metadata.name),
  );
}

/**
 * Events with the columns that `kubectl events` has for them.
 *
 * @param now in milliseconds since the epoch
 * @param namespace that of the blueprint: objects of others are shown with theirs
 */
export function tableOfEvents(
  events: readonly LiveEvent[],
  { now, wide, namespace }: { now: number; wide: boolean; namespace: string },
): Table {
  return {
    headings: ['LAST-SEEN', 'TYPE', 'REASON', 'OBJECT', ...(wide ? ['FROM'] : []), 'MESSAGE'],
    rows: events.map((event) => [
      describeTimes(event, now),
      describeType(textAt(event, ['type']) ?? ''),
      textAt(event, ['reason']) ?? '',
      describeObject(event, namespace),
      ...(wide ? [sourceOf(event)] : []),
      textAt(event, ['message']) ?? '',
    ]),
  };
}

function describeTimes(event: LiveEvent, now: number): string {
  const last = ageOf(lastSeenOf(event), now);
  const times = numberAt(event, ['series', 'count']) ?? numberAt(event, ['count']) ?? 1;
  return times > 1 ? `${last} (x${times} over ${ageOf(firstSeenOf(event), now)})` : last;
}

function describeType(type: string): Cell {
  return type === 'Warning' ? { text: type, look: 'warning' } : type;
}

function describeObject(event: LiveEvent, own: string): string {
  const { kind, namespace, name } = regardingOf(event);
  return displayName({ kind, name, namespace: namespace === own ? '' : namespace });
}

function sourceOf(event: LiveEvent): string {
  const component = textAt(event, ['source', 'component']) ?? '';
  return component === '' ? (textAt(event, ['reportingComponent']) ?? '') : component;
}
