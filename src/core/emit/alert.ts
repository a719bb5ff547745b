import type { FluxKind } from './kind.ts';

/** An item of `notifications.alerts` → Alert. */
export const alert: FluxKind = {
  group: 'notification.toolkit.fluxcd.io',
  kind: 'Alert',
  defaults: {},
  merge: { unions: [] },
};

/** The kinds that Flux's Alert can listen to, of those that are generated. */
export const HEARD: ReadonlySet<string> = new Set([
  'Bucket',
  'GitRepository',
  'HelmRelease',
  'HelmRepository',
  'Kustomization',
  'OCIRepository',
]);
