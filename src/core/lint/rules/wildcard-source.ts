import type { Json } from '../../../api/object.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import { isObject, own } from '../../values/json.ts';
import { checkEach } from '../model/check-each.ts';
import type { Breach } from '../model/finding.ts';
import type { LintRule } from '../model/input.ts';
import { specList } from '../model/spec-field.ts';

/** The lists in which Flux's notification kinds name objects. */
const LISTS: Readonly<Partial<Record<string, string>>> = { Alert: 'eventSources', Receiver: 'resources' };

/**
 * "Wildcard sources: security risk": an alert or receiver that names `*`. The provider then receives events of every
 * object in a namespace, also of later ones, or whoever knows the webhook can have them reconciled. `namespace: '*'`
 * matches nothing if Flux runs with `--no-cross-namespace-refs`. With `matchLabels`, which Flux allows only with `*`,
 * the choice is narrow, so that is only an `info`.
 */
export const wildcardSource: LintRule = {
  id: 'wildcard-source',
  find: ({ desired }, report) => {
    checkEach(desired.objects, checkList, report);
  },
};

function* checkList(object: DesiredObject): Generator<Breach> {
  const list = LISTS[object.ref.kind];
  if (list === undefined) return;
  for (const [i, entry] of specList(object, list).entries()) yield* checkEntry(object, list, entry, i);
}

function checkEntry(object: DesiredObject, list: string, entry: Json, index: number): Breach[] {
  if (!isObject(entry)) return [];
  const found = (field: 'name' | 'namespace', severity: Breach['severity'], message: string): Breach[] => [
    { severity, path: object.originOf([list, index, field]), message },
  ];
  const ours =
    list === 'eventSources'
      ? 'leave `eventSources` out, and the alert names every generated object, or set `layers`'
      : 'leave `resources` out, and the receiver names every generated source';
  if (own(entry, 'namespace') === '*') {
    const why = 'all namespaces: other tenants are heard too, and on a locked-down cluster nothing is';
    return found('namespace', 'warning', `names ${why}; name the namespace, or ${ours}`);
  }
  if (own(entry, 'name') !== '*') return [];
  if (own(entry, 'matchLabels') !== undefined) {
    const why = 'objects by their labels, which whoever may label objects decides';
    return found('name', 'info', `chooses ${why}; name the objects where that matters, or ${ours}`);
  }
  const why = 'every object of a kind in the namespace: also those that others make, now or later';
  return found('name', 'warning', `names ${why}; name the objects, or ${ours}`);
}
