import { EVENT_SOURCE_KINDS } from '../../api/schema/blocks/notification.ts';
import type { FluxKind } from './kind.ts';

/** An item of `notifications.alerts` → Alert. */
export const alert: FluxKind = {
  group: 'notification.toolkit.fluxcd.io',
  kind: 'Alert',
  defaults: {},
  merge: { unions: [] },
};

/** The kinds that an Alert can name in `eventSources`; a blueprint generates some of them as an `object` only. */
export const ALERT_SOURCES: ReadonlySet<string> = new Set(EVENT_SOURCE_KINDS);
