import type { KubeObject, ObjectRef } from '../../api/object.ts';
import { isObject, valueAt } from '../../core/values/json.ts';
import type { UndeliveredAlert } from '../context/dependencies.ts';
import { type StartWatch, WatchCopies } from './local-copies.ts';

const EVENTS = {
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  namespaced: true,
} as const;

/** How notification-controller 1.9 says that it could not deliver (`internal/server/event_handlers.go`). */
const FAILED = 'regarding.kind=Alert,reason=NotificationDispatchFailed';

/** Knows which alerts Flux could not deliver: it tells so by events alone, which the API server keeps for an hour. */
export class DeliveryWatch {
  readonly #copies: WatchCopies;

  /**
   * @param namespaces those of blueprints; `undefined` stands for all of them.
   * @param onChange told the alert, when what is known of it changes.
   */
  constructor(
    startWatch: StartWatch,
    namespaces: readonly (string | undefined)[],
    onChange: (alert: ObjectRef) => void,
  ) {
    const target = { type: EVENTS, fieldSelector: FAILED, namespaces };
    this.#copies = new WatchCopies(target, startWatch, ({ object }) => {
      const alert = alertOf(object);
      if (alert !== undefined) onChange(alert);
    });
  }

  /** The last failure of an alert; undefined where none is known. */
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

function alertOf({ regarding }: KubeObject): ObjectRef | undefined {
  return isObject(regarding) ? (regarding as unknown as ObjectRef) : undefined;
}

/** Flux's controllers record events of the older form, which tell the time in other fields. */
function timeOf(event: KubeObject): number {
  const told = [
    valueAt(event['series'] as never, ['lastObservedTime']),
    event['deprecatedLastTimestamp'],
    event['eventTime'],
  ].find((time) => typeof time === 'string');
  return typeof told === 'string' ? Date.parse(told) : 0;
}
