import type { SourceKind } from './kind.ts';

/** `git` → GitRepository. */
export const gitRepository: SourceKind = {
  group: 'source.toolkit.fluxcd.io',
  kind: 'GitRepository',
  block: 'git',
  defaults: { interval: '10m' },
  merge: { unions: [] },
  hasIgnore: true,
};
