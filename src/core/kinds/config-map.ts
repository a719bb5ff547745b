import type { FluxKind } from './kind.ts';

/** What SOPS is told → ConfigMap. */
export const configMap: FluxKind = {
  group: '',
  kind: 'ConfigMap',
  version: 'v1',
  defaults: {},
  merge: { unions: [] },
};
