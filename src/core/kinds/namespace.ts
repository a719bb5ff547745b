import type { FluxKind } from './kind.ts';

/** An item of `namespaces` → Namespace. */
export const namespaceKind: FluxKind = {
  group: '',
  kind: 'Namespace',
  version: 'v1',
  defaults: {},
  merge: { unions: [] },
};
