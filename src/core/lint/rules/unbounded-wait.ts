import type { DesiredObject } from '../../objects/desired.ts';
import { parseDuration } from '../../values/duration.ts';
import type { Breach } from '../model/finding.ts';
import type { LintRule } from '../model/input.ts';
import { specField, specList } from '../model/spec-field.ts';

const HOUR = 3_600_000;
/** kustomize-controller's `GetTimeout`: without `timeout`, the interval less 30 s, at least 30 s. */
const SPARE = 30_000;

/** Where a HelmRelease says how long Helm may take (HelmRelease v2). */
const TIMEOUTS_AT: readonly (readonly string[])[] = [
  ['timeout'],
  ...['install', 'upgrade', 'test', 'rollback', 'uninstall'].map((action) => [action, 'timeout']),
];

/** Where it says how often a failure is tried again; a negative number is without end (HelmRelease v2). */
const RETRIES_AT: readonly (readonly string[])[] = ['install', 'upgrade'].map((action) => [
  action,
  'remediation',
  'retries',
]);

/**
 * Waits that for practical purposes never end. In Flux no wait is without any limit, so the rule says which limits
 * are none: more than an hour, after which nobody looks at a rollout any more while whatever depends on it is held
 * back and a worker of the controller is taken; for a Kustomization also more than its interval, since it is then
 * still waiting when it is due again; and `retries: -1`, with which a failed release is remedied and tried for ever
 * and never reported as stalled. A Kustomization that waits and has no `timeout` gets one from its interval, so
 * that a long interval (a day, say) is a long wait.
 */
export const unboundedWait: LintRule = {
  id: 'unbounded-wait',
  find: ({ desired }) => desired.objects.flatMap((object) => JUDGES[object.ref.kind]?.(object) ?? []),
};

const JUDGES: Readonly<Partial<Record<string, (object: DesiredObject) => Breach[]>>> = {
  Kustomization: judgeKustomization,
  HelmRelease: (object) => [...judgeHelmTimeouts(object), ...judgeRetries(object)],
};

function judgeKustomization(object: DesiredObject): Breach[] {
  if (specField(object, 'wait') !== true && specList(object, 'healthChecks').length === 0) return [];
  const interval = parseDuration(specField(object, 'interval'));
  const written = parseDuration(specField(object, 'timeout'));
  const path = object.originOf(['timeout']);
  if (written !== undefined && interval !== undefined && written > interval) {
    return [tooLong(path, 'waits longer than its interval: it is still waiting when it is due again')];
  }
  const timeout = written ?? Math.max((interval ?? 0) - SPARE, SPARE);
  if (timeout <= HOUR) return [];
  const what =
    written === undefined
      ? 'waits for health and has no timeout, which for Flux is almost its whole interval, over an hour'
      : 'waits for health for more than an hour';
  return [tooLong(path, `${what}: what depends on it is held back as long, and no failure is told`)];
}

function judgeHelmTimeouts(object: DesiredObject): Breach[] {
  return TIMEOUTS_AT.filter((at) => (parseDuration(specField(object, ...at)) ?? 0) > HOUR).map((at) =>
    tooLong(object.originOf(at), 'gives a Helm action more than an hour: no failure is told until then'),
  );
}

function judgeRetries(object: DesiredObject): Breach[] {
  return RETRIES_AT.filter((at) => {
    const retries = specField(object, ...at);
    return typeof retries === 'number' && retries < 0;
  }).map((at) => ({
    severity: 'warning',
    path: object.originOf(at),
    message:
      'retries without end: a release that cannot succeed is remedied and tried for ever, and never reported as stalled; give a number, e.g. 3',
  }));
}

function tooLong(path: string, what: string): Breach {
  return { severity: 'warning', path, message: `${what}; set a \`timeout\` of minutes, e.g. 5m` };
}
