import type { DesiredObject } from '../../objects/desired.ts';
import { parseDuration } from '../../values/duration.ts';
import { checkEach } from '../model/check-each.ts';
import type { Breach } from '../model/finding.ts';
import type { LintRule } from '../model/input.ts';
import { specField } from '../model/spec-field.ts';

/**
 * The shortest interval for each kind, from the "Interval Guidelines" of the GitOps patterns that this operator
 * implements. The guidelines do not mention Buckets; these are fetched over the network like Git and OCI sources, so
 * they get 10m too.
 */
export const INTERVAL_GUIDELINES: Readonly<Partial<Record<string, string>>> = {
  GitRepository: '10m',
  OCIRepository: '10m',
  Bucket: '10m',
  HelmRepository: '30m',
  Kustomization: '10m',
  HelmRelease: '15m',
};

/** "Very short intervals: API throttling": an `interval` shorter than the guideline of its kind. */
export const shortInterval: LintRule = {
  id: 'short-interval',
  find: ({ desired }, report) => {
    checkEach(desired.objects, checkInterval, report);
  },
};

function checkInterval(object: DesiredObject): Breach[] {
  const { kind } = object.ref;
  const guideline = INTERVAL_GUIDELINES[kind];
  const interval = specField(object, 'interval');
  const found = parseDuration(interval);
  // Flux does not fetch a HelmRepository of type oci and ignores its interval.
  if (kind === 'HelmRepository' && specField(object, 'type') === 'oci') return [];
  if (found === undefined || typeof interval !== 'string' || found >= (parseDuration(guideline) ?? 0))
    return [];
  const remedy = `raise it to ${guideline ?? ''}, and add a receiver where a push must be seen at once`;
  return [
    {
      severity: 'warning',
      path: object.originOf(['interval']),
      message: `an interval of ${interval} is under the guideline of ${guideline ?? ''} for a ${kind}: it costs calls to the API server and the source until they throttle; ${remedy}`,
    },
  ];
}
