import type { ComponentKind } from './kind.ts';

/** An item of `secrets.externalSecrets` → ExternalSecret. */
export const externalSecret: ComponentKind = {
  group: 'external-secrets.io',
  kind: 'ExternalSecret',
  block: 'externalSecret',
  defaults: {},
  merge: { unions: [] },
  inherit: () => [],
  complete: () => undefined,
};
