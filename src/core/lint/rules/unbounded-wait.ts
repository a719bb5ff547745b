import type { DesiredObject } from '../../objects/desired.ts';
import { parseDuration } from '../../values/duration.ts';
import { checkEach } from '../model/check-each.ts';
import type { Breach } from '../model/finding.ts';
import type { LintRule } from '../model/input.ts';
import { specField, specList } from '../model/spec-field.ts';

/** The longest wait that is fine, in milliseconds. */
const HOUR = 3_600_000;
/**
 * In milliseconds. Without `timeout`, kustomize-controller (`GetTimeout`) waits for its interval minus 30 s, and at
 * least for 30 s.
 */
const SPARE = 30_000;

/** The fields of a HelmRelease (v2) that limit how long Helm may take. */
const TIMEOUTS_AT: readonly (readonly string[])[] = [
  ['timeout'],
  ...['install', 'upgrade', 'test', 'rollback', 'uninstall'].map((action) => [action, 'timeout']),
];

/** The fields of a HelmRelease (v2) that limit how often a failure is retried. A negative number means no limit. */
const RETRIES_AT: readonly (readonly string[])[] = ['install', 'upgrade'].map((action) => [
  action,
  'remediation',
  'retries',
]);

/**
 * Waits that practically never end. Every wait in Flux has some limit, so this rule finds limits that are none:
 * - More than an hour. By then nobody watches the rollout any more, its dependents are blocked, and it occupies a
 *   worker of the controller.
 * - For a Kustomization, more than its interval: it still waits when it is due again. A Kustomization that waits
 *   without a `timeout` derives one from its interval, so that a long interval (e.g. a day) means a long wait.
 * - `retries: -1`: a failed release is remediated and retried for ever, and never reported as stalled.
 */
export const unboundedWait: LintRule = {
  id: 'unbounded-wait',
  find: ({ desired }, report) => {
    checkEach(desired.objects, (object) => CHECKS[object.ref.kind]?.(object) ?? [], report);
  },
};

const CHECKS: Readonly<Partial<Record<string, (object: DesiredObject) => Breach[]>>> = {
  Kustomization: checkKustomization,
  HelmRelease: (object) => [...checkHelmTimeouts(object), ...checkRetries(object)],
};

function checkKustomization(object: DesiredObject): Breach[] {
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
  return [tooLong(path, `${what}: what depends on it is held back as long, and no failure is reported`)];
}

function checkHelmTimeouts(object: DesiredObject): Breach[] {
  return TIMEOUTS_AT.filter((at) => (parseDuration(specField(object, ...at)) ?? 0) > HOUR).map((at) =>
    tooLong(object.originOf(at), 'gives a Helm action more than an hour: no failure is reported until then'),
  );
}

function checkRetries(object: DesiredObject): Breach[] {
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
