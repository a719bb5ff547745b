import { type KubeObject, type ObjectRef, identifyObject } from '../../api/object.ts';
import { clipValue } from '../../core/objects/clip-value.ts';
import { isObject, valueAt } from '../../core/values/json.ts';
import type { UndeliveredAlert } from '../context/dependencies.ts';
import { type StartWatch, LocalCopies } from './copies/local-copies.ts';

const EVENTS = {
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  namespaced: true,
} as const;

/** The events by which notification-controller 1.9 reports a failure (`internal/server/event_handlers.go`). */
const FAILED = 'regarding.kind=Alert,reason=NotificationDispatchFailed';

/**
 * Knows which alerts Flux could not deliver. Flux reports that in events alone, which the API server keeps for an hour.
 */
export class AlertDeliveryWatch {
  readonly #copies: LocalCopies;

  /**
   * @param namespaces the namespaces of blueprints; `undefined` stands for all of them.
   * @param onChange called with an alert when what is known of it changes.
   */
  constructor(
    startWatch: StartWatch,
    namespaces: readonly (string | undefined)[],
    onChange: (alert: ObjectRef) => void,
  ) {
    const target = { type: EVENTS, fieldSelector: FAILED, namespaces, keep: keepReport };
    this.#copies = new LocalCopies(target, startWatch, ({ object }) => {
      const alert = alertOf(object);
      if (alert !== undefined) onChange(alert);
    });
  }

  /** The last failure to deliver an alert; undefined if none is known. */
  lastOf({ namespace, name }: ObjectRef): UndeliveredAlert | undefined {
    let last: UndeliveredAlert | undefined;
    for (const event of this.#copies.list()) {
      const alert = alertOf(event);
      if (alert?.name !== name || alert.namespace !== namespace) continue;
      const at = timeOf(event);
      const { note } = event;
      if (typeof note === 'string' && at >= (last?.at ?? 0)) last = { note, at };
    }
    return last;
  }
}

/** The most that is held of one event, in bytes. */
const MOST = 3000;

/** What is read of an event. Anybody may write events, of any size, in a namespace of theirs. */
function keepReport(event: KubeObject): KubeObject {
  const { regarding, note, series, deprecatedLastTimestamp, eventTime } = event;
  const kept = clipValue({ regarding, note, series, deprecatedLastTimestamp, eventTime }, MOST);
  return { ...identifyObject(event), ...(kept as object) };
}

function alertOf({ regarding }: KubeObject): ObjectRef | undefined {
  return isObject(regarding) ? (regarding as unknown as ObjectRef) : undefined;
}

/**
 * In milliseconds since the epoch. Flux's controllers write the older form of events, with the time in other fields.
 */
function timeOf(event: KubeObject): number {
  const text = [
    valueAt(event['series'] as never, ['lastObservedTime']),
    event['deprecatedLastTimestamp'],
    event['eventTime'],
  ].find((time) => typeof time === 'string');
  return typeof text === 'string' ? Date.parse(text) : 0;
}
