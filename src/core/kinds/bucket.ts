import type { SourceKind } from './kind.ts';

/** `bucket` → Bucket. */
export const bucket: SourceKind = {
  group: 'source.toolkit.fluxcd.io',
  kind: 'Bucket',
  block: 'bucket',
  defaults: { interval: '10m' },
  merge: { unions: [] },
  hasIgnore: true,
};
