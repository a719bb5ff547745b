import type { DesiredObject } from '../../objects/desired.ts';
import { suggestName } from '../../values/suggest.ts';
import type { Breach } from '../model/finding.ts';
import type { LintInput } from '../model/input.ts';
import { specField } from '../model/spec-field.ts';

/**
 * Finds alerts whose Provider is missing. An alert may name a Provider that others make, so without a cluster to ask,
 * only a name close to one of the blueprint's own providers is reported.
 */
export function checkAlertProviders({ desired, observed }: LintInput): Breach[] {
  const providers = desired.objects.filter(({ ref }) => ref.kind === 'Provider');
  return desired.objects.flatMap((alert) => {
    const name = specField(alert, 'providerRef', 'name');
    if (alert.ref.kind !== 'Alert' || typeof name !== 'string') return [];
    const namespace = alert.ref.namespace ?? '';
    const near = providers.filter(({ ref }) => ref.namespace === namespace);
    if (near.some(({ ref }) => ref.name === name)) return [];
    const there = observed?.exists('Provider', namespace, name);
    const meant = suggestName(
      name,
      near.map(({ title }) => title.replace(/^providers\//, '')),
    );
    return there === true ? [] : describeMissing(alert, `Provider ${namespace}/${name}`, there, meant);
  });
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
