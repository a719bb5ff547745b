/** Where a HelmRelease says how long Helm may take (HelmRelease v2). */
export const TIMEOUTS_AT: readonly (readonly string[])[] = [
  ['timeout'],
  ...['install', 'upgrade', 'test', 'rollback', 'uninstall'].map((action) => [action, 'timeout']),
];

/** Where it says how often a failure is tried again; a negative number is without end (HelmRelease v2). */
export const RETRIES_AT: readonly (readonly string[])[] = ['install', 'upgrade'].map((action) => [
  action,
  'remediation',
  'retries',
]);
