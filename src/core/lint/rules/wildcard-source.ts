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
 * object of a kind in a namespace, also of later ones, or whoever knows the webhook can have them reconciled. With
 * `matchLabels` the choice is narrow, so that is only an `info`. Two forms never work (notification-controller 1.9,
 * `eventMatchesAlertSource` and `notifyDynamicResources`): `namespace: '*'`, because namespaces are compared as they
 * are, and `*` in a receiver without `matchLabels`, for which every call fails.
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
    const why = 'is compared as it is, and no namespace is named so: this entry matches nothing';
    return found('namespace', 'error', `${why}; write an entry for each namespace, or ${ours}`);
  }
  if (own(entry, 'name') !== '*') return [];
  const labels = own(entry, 'matchLabels');
  if (isObject(labels) && Object.keys(labels).length > 0) {
    const why = 'objects by their labels, which whoever may label objects decides';
    return found('name', 'info', `chooses ${why}; name the objects where that matters, or ${ours}`);
  }
  // Labels that name none match everything.
  if (list === 'resources' && labels === undefined) {
    const why =
      'needs `matchLabels` beside it in a receiver: without them Flux answers every call with an error';
    return found('name', 'error', `${why}; add them, name the objects, or ${ours}`);
  }
  const why = 'every object of a kind in the namespace: also those that others make, now or later';
  return found('name', 'warning', `names ${why}; name the objects, or ${ours}`);
}
