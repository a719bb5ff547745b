import type { DesiredObject } from '../../objects/desired.ts';
import { suggestName } from '../../values/suggest.ts';
import type { Breach, ReportBreach } from '../model/finding.ts';
import type { LintInput } from '../model/input.ts';
import { specField } from '../model/spec-field.ts';

/**
 * Finds alerts whose Provider is missing. An alert may name a Provider that others make, so without a cluster to ask,
 * only a name close to one of the blueprint's own providers is reported.
 */
export function checkAlertProviders({ desired, observed }: LintInput, report: ReportBreach): void {
  const providers = indexProviders(desired.objects);
  for (const alert of desired.objects) {
    const name = specField(alert, 'providerRef', 'name');
    if (alert.ref.kind !== 'Alert' || typeof name !== 'string') continue;
    const namespace = alert.ref.namespace ?? '';
    const near: ReadonlyMap<string, string> = providers.get(namespace) ?? new Map();
    if (near.has(name)) continue;
    const there = observed?.exists('Provider', namespace, name);
    if (there === true) continue;
    const meant = suggestName(name, near.values());
    describeMissing(alert, `Provider ${namespace}/${name}`, there, meant).forEach(report);
  }
}

/** The names of providers in the blueprint, by the names of their objects, by namespace. */
function indexProviders(objects: readonly DesiredObject[]): Map<string, Map<string, string>> {
  const providers = new Map<string, Map<string, string>>();
  for (const { ref, title } of objects) {
    if (ref.kind !== 'Provider') continue;
    const { namespace = '', name } = ref;
    const there = providers.get(namespace) ?? new Map<string, string>();
    providers.set(namespace, there.set(name, title.replace(/^providers\//, '')));
  }
  return providers;
}

function describeMissing(
  alert: DesiredObject,
  provider: string,
  there: false | undefined,
  meant: string | undefined,
): Breach[] {
  const path = alert.originOf(['providerRef', 'name']);
  const question = meant === undefined ? undefined : `did you mean ${JSON.stringify(meant)}?`;
  if (there === false) {
    const remedy = question ?? 'make one there, or name a provider of this blueprint';
    const message = `needs ${provider}, which is not there, and Flux drops its notifications: ${remedy}`;
    return [{ severity: 'warning', path, message, seenIn: 'cluster' }];
  }
  if (question === undefined) return [];
  return [
    {
      severity: 'info',
      path,
      message: `sends to ${provider}, which this blueprint does not have: ${question}`,
    },
  ];
}
