import type { FluxKind } from './kind.ts';

/** An item of `notifications.receivers` → Receiver. */
export const receiver: FluxKind = {
  group: 'notification.toolkit.fluxcd.io',
  kind: 'Receiver',
  defaults: {},
  merge: { unions: [] },
};
