import type { SourceKind } from './kind.ts';

/** `helm` → HelmRepository. */
export const helmRepository: SourceKind = {
  group: 'source.toolkit.fluxcd.io',
  kind: 'HelmRepository',
  block: 'helm',
  defaults: { interval: '30m' },
  merge: { unions: [] },
  hasIgnore: false,
};
