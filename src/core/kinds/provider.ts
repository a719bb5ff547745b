import type { FluxKind } from './kind.ts';

/** An item of `notifications.providers` → Provider. */
export const provider: FluxKind = {
  group: 'notification.toolkit.fluxcd.io',
  kind: 'Provider',
  defaults: {},
  merge: { unions: [] },
};
