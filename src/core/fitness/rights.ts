import type { KubeObject } from '../../api/object.ts';
import { valueAt } from '../values/json.ts';
import { joinFirst } from '../values/suggest.ts';
import { textsAt } from './controllers.ts';
import { type Finding, bad, good } from './finding.ts';

/** Something that an account may do in every namespace, or in one, in the words of RBAC. */
export interface Right {
  verb: string;
  group: string;
  resource: string;
  subresource: string;
  namespace: string;
  /** The name of an object; empty for all. */
  name: string;
}

/** What the rules of a ClusterRole, or of a Role, allow: each verb on each resource for itself. */
export function rightsOf(role: KubeObject): Right[] {
  const rules = valueAt(role, ['rules']);
  const namespace = role.metadata.namespace ?? '';
  return (Array.isArray(rules) ? rules : []).flatMap((rule) => {
    const [verbs, groups, resources] = ['verbs', 'apiGroups', 'resources'].map((field) =>
      textsAt(rule, field),
    );
    const names = textsAt(rule, 'resourceNames');
    return (groups ?? []).flatMap((group) =>
      (resources ?? []).flatMap((path) =>
        (verbs ?? []).flatMap((verb) =>
          (names.length === 0 ? [''] : names).map((name) => toRight({ verb, group, path, namespace, name })),
        ),
      ),
    );
  });
}

function toRight({ path, ...right }: Omit<Right, 'resource' | 'subresource'> & { path: string }): Right {
  const [resource = '', subresource = ''] = path.split('/');
  return { ...right, resource, subresource };
}

/** The question whether an account has a right. */
export function reviewOf(account: { namespace: string; name: string }, right: Right): KubeObject {
  const { namespace, name } = account;
  return {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    metadata: { name: '' },
    spec: {
      user: `system:serviceaccount:${namespace}:${name}`,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      resourceAttributes: right,
    },
  };
}

/** Whether the answer to {@link reviewOf} says yes. */
export function isAllowed({ status }: KubeObject): boolean {
  return valueAt(status, ['allowed']) === true;
}

/** The most rights that a message names. */
const MAX_NAMED = 5;

/**
 * Says whether the operator may do all that it has to.
 *
 * @param missing those of `all` that it lacks
 */
export function checkRights(account: string, all: readonly Right[], missing: readonly Right[]): Finding {
  if (missing.length === 0) return good(`${account} has the ${all.length} rights that it needs`);
  const named = joinFirst(missing.map(describeRight), MAX_NAMED, '; ');
  return bad(`${account} may not ${named}: give it what config/rbac has, by fluxblueprint install`);
}

function describeRight({ verb, group, resource, subresource, namespace, name }: Right): string {
  const path = subresource === '' ? resource : `${resource}/${subresource}`;
  const kind = group === '' ? path : `${path}.${group}`;
  const which = name === '' ? '' : ` ${name}`;
  return `${verb} ${kind}${which}${namespace === '' ? '' : ` in namespace ${namespace}`}`;
}
