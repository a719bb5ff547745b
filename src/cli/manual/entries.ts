import { GROUP, PLURAL, REVISION_PLURAL } from '../../api/names.ts';
import type { Entry, Right } from './entry.ts';

const BLUEPRINTS = `${PLURAL}.${GROUP}`;
const REVISIONS = `${REVISION_PLURAL}.${GROUP}`;

const read: Right = { verbs: ['get'], resource: BLUEPRINTS };
const change: Right = { verbs: ['get', 'patch'], resource: BLUEPRINTS };

/** Of every command, by its words: `sops keygen`. */
export const ENTRIES: Readonly<Record<string, Entry>> = {
  operator: {
    example: 'fluxblueprint operator --watch-namespaces flux-system --log-encoding console --health-addr 0',
    says: 'runs the controller on this machine for the blueprints of one namespace, until ^C',
    rights: 'those of config/rbac: see docs/security.md',
  },
  render: {
    example: 'fluxblueprint render blueprints/platform.yaml',
    says: 'prints the Flux objects that a blueprint becomes',
    rights: [],
  },
  lint: {
    example: 'fluxblueprint lint blueprints -o github',
    says: 'annotates a pull request in GitHub Actions with what is wrong with any blueprint of a folder',
    rights: [],
  },
  import: {
    example: 'fluxblueprint import clusters/production --out imported',
    says: 'writes blueprints that make the same objects as the Flux files of a folder',
    rights: [
      {
        verbs: ['list'],
        resource: 'the kinds of Flux and External Secrets',
        scope: 'cluster',
        when: 'with --cluster',
      },
      { verbs: ['get', 'list'], resource: 'what the blueprints generate', when: 'with --check' },
    ],
  },
  new: {
    example: 'fluxblueprint new platform --environments staging,production --tenants shop --alerts slack',
    says: 'writes a repository for two environments and a tenant into the folder platform',
    rights: [],
  },
  get: {
    example: 'fluxblueprint get -n flux-system -o wide',
    says: 'lists the blueprints of a namespace, with what the operator says of each',
    rights: [
      { verbs: ['list'], resource: BLUEPRINTS, when: 'or get on the one that is named' },
      { verbs: ['list'], resource: BLUEPRINTS, scope: 'cluster', when: 'with -A' },
    ],
  },
  status: {
    example: 'fluxblueprint status platform -n flux-system',
    says: 'shows the blueprint as a tree',
    rights: [
      read,
      { verbs: ['list'], resource: 'the kinds of Flux', when: 'for ages, and for what Flux deployed' },
    ],
  },
  history: {
    example: 'fluxblueprint history platform -n flux-system',
    says: 'lists the stored revisions of the blueprint',
    rights: [read, { verbs: ['list'], resource: REVISIONS }],
  },
  events: {
    example: 'fluxblueprint events platform -n flux-system',
    says: 'lists what happened to the blueprint and to all that it generated',
    rights: [read, { verbs: ['list'], resource: 'events' }],
  },
  reconcile: {
    example: 'fluxblueprint reconcile platform -n flux-system --wait',
    says: 'has the blueprint reconciled now, and waits until it is ready',
    rights: [
      change,
      { verbs: ['get'], resource: 'what it generated', when: 'with --wait, to tell early why it fails' },
      { verbs: ['list'], resource: 'the kinds of Flux', when: 'with --with-source or --layer' },
      { verbs: ['get', 'patch'], resource: 'the sources', when: 'with --with-source' },
      { verbs: ['get', 'patch'], resource: 'the objects of the layer', when: 'with --layer' },
    ],
  },
  wait: {
    example: 'fluxblueprint wait platform -n flux-system --timeout 10m',
    says: 'waits until the blueprint is ready, for ten minutes at most',
    rights: [read],
  },
  suspend: {
    example: "fluxblueprint suspend platform -n flux-system --reason 'a migration' --until 2h",
    says: 'has the operator leave the blueprint alone for two hours',
    rights: [change],
  },
  resume: {
    example: 'fluxblueprint resume platform -n flux-system',
    says: 'ends a suspension',
    rights: [change],
  },
  graph: {
    example: 'fluxblueprint graph blueprints/platform.yaml -o mermaid',
    says: 'draws what the blueprint deploys in which order, for a page of Markdown',
    rights: [
      { ...read, when: 'with a NAME' },
      { verbs: ['list'], resource: 'the kinds of Flux', when: 'with a NAME, for states and seconds' },
    ],
  },
  explain: {
    example: 'fluxblueprint explain blueprints/platform.yaml',
    says: 'says of each generated object which line it comes from',
    rights: [{ ...read, when: 'with a NAME' }],
  },
  trace: {
    example: 'fluxblueprint trace configmap/app -n flux-system',
    says: 'says which component, blueprint, revision and commit made an object of the cluster',
    rights: 'get on the object, on what it belongs to, and on the Flux objects and the blueprint above it',
  },
  logs: {
    example: 'fluxblueprint logs platform -n flux-system --since 10m',
    says: 'prints what the controllers logged about the blueprint and what it generated',
    rights: [
      read,
      { verbs: ['list'], resource: 'pods', when: 'in the namespaces of the controllers' },
      { verbs: ['get'], resource: 'pods/log' },
    ],
  },
  diff: {
    example: 'fluxblueprint diff blueprints --against git:main:blueprints -o markdown',
    says: 'prints what a branch changes, as a comment for its pull request',
    rights:
      'none with --against; else get on the blueprint and on what it generates, and for a dry run patch on that, or impersonate on the blueprint’s account',
  },
  plan: {
    example: 'fluxblueprint plan platform -n flux-system',
    says: 'shows the change that waits for an approval or a window',
    rights: 'those of the ClusterRole fluxblueprint-view',
  },
  approve: {
    example: "fluxblueprint approve platform -n flux-system --reason 'reviewed' --yes",
    says: 'approves the change that waits',
    rights: 'those of the ClusterRole fluxblueprint-approve',
  },
  rollback: {
    example: 'fluxblueprint rollback platform -n flux-system --to 1 --yes',
    says: 'sets the spec of the first revision again',
    rights: [change, { verbs: ['list'], resource: REVISIONS }],
  },
  check: {
    example: 'fluxblueprint check',
    says: 'looks at the versions, kinds, controllers, rights and flags of the cluster',
    rights: [
      { verbs: ['get'], resource: 'customresourcedefinitions.apiextensions.k8s.io', scope: 'cluster' },
      { verbs: ['list'], resource: 'deployments.apps', scope: 'cluster' },
      { verbs: ['create'], resource: 'subjectaccessreviews.authorization.k8s.io', scope: 'cluster' },
    ],
  },
  install: {
    example: 'fluxblueprint install --lockdown --export',
    says: 'prints what would be applied to a cluster with tenants',
    rights:
      'cluster-admin: it makes CRDs, policies, and roles with the rights of the operator; none with --export',
  },
  uninstall: {
    example: 'fluxblueprint uninstall --dry-run',
    says: 'says what would go and what would stay',
    rights: 'cluster-admin, as for install',
  },
  'sops keygen': {
    example: 'fluxblueprint sops keygen -n flux-system',
    says: 'makes a key pair, and prints its public key',
    rights: [
      { verbs: ['get', 'create'], resource: 'secrets' },
      { verbs: ['patch'], resource: 'secrets', when: 'with --add' },
    ],
  },
  'sops rules': {
    example: 'fluxblueprint sops rules platform -n flux-system > .sops.yaml',
    says: 'writes the rules by which the files of a repository are encrypted',
    rights: [read, { verbs: ['get'], resource: 'configmaps' }],
  },
  'sops encrypt': {
    example: 'fluxblueprint sops encrypt secrets',
    says: 'encrypts what is plain in a folder',
    rights: [],
  },
  'sops rotate': {
    example: 'fluxblueprint sops rotate secrets --from-cluster -n flux-system',
    says: 'encrypts the files of a folder anew, with the private keys of the cluster',
    rights: [{ verbs: ['get'], resource: 'secrets', when: 'with --from-cluster' }],
  },
  'sops check': {
    example: 'fluxblueprint sops check . --cluster -n flux-system',
    says: 'says whether everything is encrypted, and Flux can decrypt it',
    rights: [{ verbs: ['get'], resource: 'secrets', when: 'with --cluster' }],
  },
  completion: {
    example: 'source <(fluxblueprint completion bash)',
    says: 'has this bash complete commands, flags and names',
    rights: [
      {
        verbs: ['list'],
        resource: `${BLUEPRINTS} and namespaces`,
        when: 'for names of the cluster; without it there are none',
      },
    ],
  },
};
