import type { FluxKind } from './kind.ts';

/** `secrets.sops` → ConfigMap that holds a `.sops.yaml`. */
export const configMap: FluxKind = {
  group: '',
  kind: 'ConfigMap',
  version: 'v1',
  defaults: {},
  merge: { unions: [] },
};
