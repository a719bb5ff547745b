import { suggest } from '../values/suggest.ts';

/** A kind that the cluster serves. */
export interface ServedKind {
  group: string;
  version: string;
  kind: string;
  plural: string;
  namespaced: boolean;
}

/** The short names of kubectl, and those of Flux. */
const SHORT: ReadonlyMap<string, string> = new Map(
  Object.entries({
    cj: 'cronjobs',
    cm: 'configmaps',
    crd: 'customresourcedefinitions',
    deploy: 'deployments',
    ds: 'daemonsets',
    es: 'externalsecrets',
    fbp: 'fluxblueprints',
    gitrepo: 'gitrepositories',
    hc: 'helmcharts',
    helmrepo: 'helmrepositories',
    hr: 'helmreleases',
    hpa: 'horizontalpodautoscalers',
    ing: 'ingresses',
    ks: 'kustomizations',
    netpol: 'networkpolicies',
    ns: 'namespaces',
    ocirepo: 'ocirepositories',
    pdb: 'poddisruptionbudgets',
    po: 'pods',
    pvc: 'persistentvolumeclaims',
    rs: 'replicasets',
    sa: 'serviceaccounts',
    sts: 'statefulsets',
    svc: 'services',
  }),
);

/**
 * Finds the kind that a word means, as kubectl does: its kind, plural or short name in whatever case, with the group
 * behind a dot if need be (`deployments.apps`). Of several groups the first that the cluster lists counts. Answers the
 * end of a sentence where there is none.
 */
export function matchKind(word: string, served: readonly ServedKind[]): ServedKind | string {
  const [first = '', ...rest] = word.toLowerCase().split('.');
  const plural = SHORT.get(first) ?? first;
  const group = rest.join('.');
  const found = served.find(
    (type) =>
      (type.plural === plural || type.kind.toLowerCase() === first) && (group === '' || type.group === group),
  );
  if (found !== undefined) return found;
  const known = served.flatMap(({ kind, plural: name }) => [kind, name]);
  return `serves no kind ${JSON.stringify(word)}${suggest(word, known)}`;
}
