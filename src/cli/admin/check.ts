import type { KubeObject } from '../../api/object.ts';
import {
  type Controller,
  checkFlags,
  checkFlux,
  checkReady,
  outlineController,
} from '../../core/fitness/controllers.ts';
import {
  type NeededKind,
  checkCrd,
  checkInstalledVersion,
  neededKinds,
  outlineCrd,
  ownKinds,
} from '../../core/fitness/crds.ts';
import { type Finding, bad, checkKubernetes, warning } from '../../core/fitness/finding.ts';
import { type Right, checkRights, isAllowed, reviewOf, rightsOf } from '../../core/fitness/rights.ts';
import { printMessage } from '../../core/text/lines.ts';
import { toJson } from '../../core/yaml/write-json.ts';
import { toYaml } from '../../core/yaml/write-yaml.ts';
import { AccessError } from '../session/access.ts';
import { explainAccess } from '../session/explain-failure.ts';
import type { Session } from '../session/session.ts';
import { ExitError } from '../terminal/streams.ts';
import { objectsOf } from './installation.ts';
import type { Variant } from './part.ts';

/** The values of the flags of `check`. */
export interface CheckOptions {
  output: 'text' | 'yaml' | 'json';
  /** Only what has to be there before the operator is installed. */
  pre?: boolean;
}

/** Findings about one thing. */
interface Section {
  title: string;
  findings: Finding[];
}

const CRDS = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' } as const;
const DEPLOYMENTS = { apiVersion: 'apps/v1', kind: 'Deployment' } as const;

/** What a Deployment of the operator has. */
const OPERATOR_LABELS = 'app.kubernetes.io/name=fluxblueprint,app.kubernetes.io/component=controller';

/**
 * `check`: says whether a cluster is fit for the operator.
 *
 * @param version the version of the program
 * @throws ExitError 1 where it is not
 */
export async function checkCluster(
  session: Session,
  { output, pre = false }: CheckOptions,
  version: string,
): Promise<void> {
  const sections = await new Check(session, version).run(pre);
  const findings = sections.flatMap((section) => section.findings);
  const faults = findings.filter(({ state }) => state === 'bad').length;
  const warnings = findings.filter(({ state }) => state === 'warning').length;
  if (output === 'text') printSections(session, sections);
  else {
    const whole = { fit: faults === 0, sections };
    session.print(output === 'json' ? toJson(whole) : toYaml(whole));
  }
  const counted = warnings === 0 ? '' : `, with ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
  if (faults === 0) {
    session.say('success', `all checks passed${counted}`);
    return;
  }
  session.say('failure', `${faults} of ${findings.length} checks failed${counted}`);
  throw new ExitError(1);
}

const MARKS = { good: 'success', warning: 'waiting', bad: 'failure' } as const;

function printSections(session: Session, sections: readonly Section[]): void {
  for (const { title, findings } of sections) {
    session.print(printMessage('action', title, session.layout));
    for (const { state, message } of findings)
      session.print(printMessage(MARKS[state], message, session.layout));
  }
}

class Check {
  readonly #session: Session;
  readonly #version: string;

  constructor(session: Session, version: string) {
    this.#session = session;
    this.#version = version;
  }

  async run(pre: boolean): Promise<Section[]> {
    const { access } = this.#session;
    // Whoever cannot be asked for its version cannot be asked for anything.
    const kubernetes = { title: 'checking Kubernetes', findings: [checkKubernetes(await access.version())] };
    const flux = await this.#listControllers('app.kubernetes.io/part-of=flux');
    const prerequisites = [
      kubernetes,
      { title: 'checking Flux', findings: 'findings' in flux ? flux.findings : checkFlux(flux.controllers) },
      { title: 'checking the kinds of Flux', findings: await this.#checkKinds(neededKinds()) },
    ];
    if (pre) return prerequisites;
    const operators = await this.#listControllers(OPERATOR_LABELS);
    return [...prerequisites, ...(await this.#checkInstallation(flux, operators))];
  }

  async #checkInstallation(flux: Controllers, operators: Controllers): Promise<Section[]> {
    const known = 'controllers' in operators ? operators.controllers : [];
    const [operator] = known;
    const running = 'findings' in operators ? operators.findings : known.map(checkReady);
    const absent = warning(
      `no Deployment has the labels ${OPERATOR_LABELS}: install the operator by fluxblueprint install, or see that it runs elsewhere`,
    );
    const sections = [
      { title: 'checking the kinds of FluxBlueprint', findings: await this.#checkOwnKinds() },
      { title: 'checking the operator', findings: running.length === 0 ? [absent] : running },
      { title: 'checking the rights of the operator', findings: [await this.#checkRights(operator)] },
    ];
    const flags = 'controllers' in flux ? checkFlags(flux.controllers, operator) : [];
    return flags.length === 0 ? sections : [...sections, { title: 'checking flags', findings: flags }];
  }

  /** Reads the Deployments with some labels, or says why not. */
  async #listControllers(labels: string): Promise<Controllers> {
    try {
      return { controllers: await this.#session.access.list(DEPLOYMENTS, { labels }, outlineController) };
    } catch (failure) {
      return { findings: [this.#explain(failure)] };
    }
  }

  async #checkKinds(kinds: readonly NeededKind[]): Promise<Finding[]> {
    return Promise.all(
      kinds.map(async (kind) => {
        try {
          const crd = await this.#session.access.get({ ...CRDS, name: kind.name });
          return checkCrd(kind, crd && outlineCrd(crd));
        } catch (failure) {
          return this.#explain(failure);
        }
      }),
    );
  }

  async #checkOwnKinds(): Promise<Finding[]> {
    const kinds = ownKinds();
    const findings = await this.#checkKinds(kinds);
    const name = kinds[0]?.name ?? '';
    const crd = await this.#session.access.get({ ...CRDS, name }).catch(() => undefined);
    const other = crd && checkInstalledVersion(outlineCrd(crd).installed, this.#version);
    return other === undefined ? findings : [...findings, other];
  }

  async #checkRights(operator: Controller | undefined): Promise<Finding> {
    const account = {
      namespace: operator?.namespace ?? 'fluxblueprint-system',
      name: operator?.account ?? 'fluxblueprint-controller',
    };
    const variant = operator?.flags.has('--require-service-account') === true ? 'lockdown' : 'default';
    const rights = operatorRights(variant);
    const missing: Right[] = [];
    try {
      await mapAtOnce(rights, async (right) => {
        const answer = await this.#session.access.create(reviewOf(account, right));
        if (!isAllowed(answer)) missing.push(right);
      });
    } catch (failure) {
      return this.#explain(failure);
    }
    const inOrder = rights.filter((right) => missing.includes(right));
    return checkRights(`ServiceAccount ${account.namespace}/${account.name}`, rights, inOrder);
  }

  /** What could not be looked at is no reason to look at nothing else. */
  #explain(failure: unknown): Finding {
    if (!(failure instanceof AccessError)) throw failure;
    if (failure.reason !== 'Forbidden') throw failure;
    return bad(`not looked at: ${explainAccess(failure, this.#session.access.description)}`);
  }
}

/** What was found of some Deployments, or why they could not be looked at. */
type Controllers = { controllers: Controller[] } | { findings: Finding[] };

/** What the account of the operator gets by a variant of the installation. */
function operatorRights(variant: Variant): Right[] {
  const objects = objectsOf(variant);
  const bound = new Set(
    objects.filter(({ kind }) => kind.endsWith('RoleBinding')).map((binding) => roleOf(binding)),
  );
  return objects
    .filter(({ kind, metadata }) => bound.has(`${kind}/${metadata.name}`))
    .flatMap((role) => rightsOf(role));
}

function roleOf(binding: KubeObject): string {
  const { kind, name } = binding['roleRef'] as { kind: string; name: string };
  return `${kind}/${name}`;
}

/** How many questions are asked at once. */
const AT_ONCE = 8;

async function mapAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const next = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}
