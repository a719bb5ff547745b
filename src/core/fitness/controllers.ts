import type { KubeObject } from '../../api/object.ts';
import { numberAt, textAt, valueAt } from '../values/json.ts';
import { joinFirst } from '../values/suggest.ts';
import { type Finding, LEAST_FLUX, bad, compareVersions, good, warning } from './finding.ts';

/** What of a Deployment the check looks at. */
export interface Controller {
  name: string;
  namespace: string;
  /** What its label says: `v2.9.4`. */
  version: string | undefined;
  replicas: number;
  ready: number;
  /** Whether all pods are of the present template. */
  isRolledOut: boolean;
  /** Whether the Deployment has been acted on as it is. */
  isObserved: boolean;
  /** Flags of its containers by their names: `--no-cross-namespace-refs`. A flag without a value is `true`. */
  flags: ReadonlyMap<string, string>;
  /** The account that its pods run as. */
  account: string;
}

/** Reads a Deployment. It may be anything. */
export function outlineController({ metadata, spec, status }: KubeObject): Controller {
  const { name, namespace = '', labels = {}, generation = 0 } = metadata;
  const count = (field: string): number => numberAt(status, [field]) ?? 0;
  const pod = valueAt(spec, ['template', 'spec']);
  const replicas = numberAt(spec, ['replicas']) ?? 1;
  return {
    name,
    namespace,
    version: labels['app.kubernetes.io/version'],
    replicas,
    ready: count('readyReplicas'),
    isRolledOut: count('updatedReplicas') >= replicas && count('replicas') <= count('updatedReplicas'),
    isObserved: count('observedGeneration') >= generation,
    flags: readFlags(valueAt(pod, ['containers'])),
    account: textAt(pod, ['serviceAccountName']) ?? 'default',
  };
}

function readFlags(containers: unknown): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (const container of Array.isArray(containers) ? (containers as unknown[]) : []) {
    const words = [...textsAt(container, 'command'), ...textsAt(container, 'args')];
    words.forEach((word, i) => {
      const [, name, value] = /^(--?[a-z][\w-]*)(?:=(.*))?$/s.exec(word) ?? [];
      if (name === undefined) return;
      const next = words[i + 1];
      flags.set(name, value ?? (next === undefined || next.startsWith('-') ? 'true' : next));
    });
  }
  return flags;
}

/** The texts of a list. */
export function textsAt(value: unknown, field: string): string[] {
  const list = valueAt(value, [field]);
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}

/** Whether a Deployment runs as it should. */
export function checkReady({ name, namespace, version, replicas, ready, isObserved }: Controller): Finding {
  const what = `${name}${version === undefined ? '' : ` ${version}`}`;
  if (replicas === 0)
    return bad(`${what} is scaled to 0: kubectl scale deployment ${name} -n ${namespace} --replicas 1`);
  if (isObserved && ready >= replicas) return good(`${what}: ${ready}/${replicas} ready`);
  return bad(
    `${what}: ${ready}/${replicas} ready; see why: kubectl describe deployment ${name} -n ${namespace}`,
  );
}

/** What each controller of Flux is for, and whether no blueprint works without it. */
const FLUX: readonly { name: string; isNeeded: boolean; use: string }[] = [
  { name: 'source-controller', isNeeded: true, use: 'fetches every source' },
  { name: 'kustomize-controller', isNeeded: true, use: 'applies Kustomizations' },
  { name: 'helm-controller', isNeeded: false, use: 'deploys HelmReleases' },
  { name: 'notification-controller', isNeeded: false, use: 'sends alerts and hears receivers' },
];

/** Whether Flux runs, and is new enough. */
export function checkFlux(controllers: readonly Controller[]): Finding[] {
  if (controllers.length === 0)
    return [
      warning(
        'no Deployment has the label app.kubernetes.io/part-of=flux: install Flux, or see that it runs elsewhere',
      ),
    ];
  const missing = FLUX.filter(({ name }) => !controllers.some((controller) => controller.name === name));
  return [
    ...checkFluxVersion(controllers),
    ...controllers.map(checkReady),
    ...missing.map(({ name, isNeeded, use }) =>
      (isNeeded ? bad : warning)(`${name}, which ${use}, is not there: install it by flux install`),
    ),
  ];
}

function checkFluxVersion(controllers: readonly Controller[]): Finding[] {
  const versions = [...new Set(controllers.flatMap(({ version }) => version ?? []))];
  const [version] = versions;
  if (versions.length > 1)
    return [warning(`the controllers are of Flux ${joinFirst(versions, 3)}: bring all to one version`)];
  if (version === undefined) return [];
  const difference = compareVersions(version, LEAST_FLUX);
  if (difference !== undefined && difference < 0)
    return [bad(`Flux ${version} is too old: update it to ${LEAST_FLUX} or newer`)];
  return [good(`Flux ${version} >=${LEAST_FLUX}`)];
}

/** The flags of Flux that decide what blueprints can do, against those of the operator. */
export function checkFlags(flux: readonly Controller[], operator: Controller | undefined): Finding[] {
  return [...checkCrossNamespace(flux, operator), ...checkAccounts(flux, operator), ...checkNamespaces(flux)];
}

const CROSS_NAMESPACE = '--no-cross-namespace-refs';

function checkCrossNamespace(flux: readonly Controller[], operator: Controller | undefined): Finding[] {
  const able = flux.filter(({ name }) => /^(kustomize|helm|notification)-controller$/.test(name));
  const strict = able.filter(({ flags }) => flags.get(CROSS_NAMESPACE) === 'true');
  if (strict.length === 0) return [];
  const open = able.filter((controller) => !strict.includes(controller));
  const halves =
    open.length === 0
      ? []
      : [
          warning(
            `${namesOf(strict)} ${strict.length === 1 ? 'has' : 'have'} ${CROSS_NAMESPACE}, and ${namesOf(open)} not: give it to all, or tenants reach the sources of others`,
          ),
        ];
  if (operator === undefined || operator.flags.get(CROSS_NAMESPACE) === 'true')
    return [
      ...halves,
      ...(open.length === 0 ? [good(`Flux and the operator refuse references across namespaces`)] : []),
    ];
  const why = 'Flux refuses references across namespaces, and the operator lets blueprints have them';
  return [...halves, warning(`${why}: give the operator ${CROSS_NAMESPACE} too`)];
}

const DEFAULT_ACCOUNT = '--default-service-account';

function checkAccounts(flux: readonly Controller[], operator: Controller | undefined): Finding[] {
  const locked = flux.filter(({ flags }) => (flags.get(DEFAULT_ACCOUNT) ?? '') !== '');
  const [first] = locked;
  if (first === undefined || operator === undefined) return [];
  const account = first.flags.get(DEFAULT_ACCOUNT) ?? '';
  const isLocked = ['--require-service-account', DEFAULT_ACCOUNT].some((flag) => operator.flags.has(flag));
  if (isLocked)
    return [good(`Flux applies as ${account} where no account is named, and the operator asks for one too`)];
  const what = `${namesOf(locked)} ${locked.length === 1 ? 'applies' : 'apply'} as ${account} where no account is named`;
  return [
    warning(
      `${what}, and the operator writes with its own rights: install it by --lockdown, or give it ${DEFAULT_ACCOUNT}=${account}`,
    ),
  ];
}

function checkNamespaces(flux: readonly Controller[]): Finding[] {
  const narrow = flux.filter(({ flags }) => flags.get('--watch-all-namespaces') === 'false');
  if (narrow.length === 0) return [];
  const where = joinFirst([...new Set(narrow.map(({ namespace }) => namespace))], 3);
  return [
    warning(
      `${namesOf(narrow)} ${narrow.length === 1 ? 'sees' : 'see'} the namespace ${where} only (--watch-all-namespaces=false): have blueprints generate there`,
    ),
  ];
}

function namesOf(controllers: readonly Controller[]): string {
  return joinFirst(
    controllers.map(({ name }) => name),
    4,
  );
}
