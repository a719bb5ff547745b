import { EVENT_SOURCE_KINDS } from '../../api/schema/blocks/notification.ts';
import type { FluxKind } from './kind.ts';

/** An item of `notifications.alerts` → Alert. */
export const alert: FluxKind = {
  group: 'notification.toolkit.fluxcd.io',
  kind: 'Alert',
  defaults: {},
  merge: { unions: [] },
};

/** The kinds that Flux's Alert can listen to; those without a field of their own are generated as `object`s. */
export const HEARD: ReadonlySet<string> = new Set(EVENT_SOURCE_KINDS);
