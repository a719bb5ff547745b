import { kustomization } from '../../kinds/kustomization.ts';
import { isOfKind } from '../../kinds/kind.ts';
import { type Deployment, deploymentOf } from '../../releases/deployment.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import { describeDeployer } from '../model/describe-deployer.ts';
import { type Breach, type SeenIn, warn } from '../model/finding.ts';
import type { LintInput, LintRule } from '../model/input.ts';

/**
 * Two Kustomizations that deploy one path of one source to one place: the same objects on the same cluster, however
 * each patches them. Each writes over the other, and the one that is deleted first deletes what both deploy. What makes
 * other names or namespaces of all of it makes another place ({@link deploymentOf}). Variables may do so too, and only
 * the manifests tell; two that differ in these alone are a hint.
 */
export const sharedPath: LintRule = {
  id: 'shared-path',
  needsCluster: true,
  find: (input, report) => {
    const firsts = new Firsts();
    for (const object of input.desired.objects) {
      const deployment = isOfKind(object.ref, kustomization) ? deploymentOf(object.manifest) : undefined;
      if (deployment === undefined) continue;
      for (const breach of checkPath(object, deployment, firsts, input)) report(breach);
      firsts.add(object, deployment);
    }
  },
};

/** The first Kustomization of each place. */
class Firsts {
  readonly #exact = new Map<string, DesiredObject>();
  readonly #any = new Map<string, DesiredObject>();

  add(object: DesiredObject, { key, variables }: Deployment): void {
    const exact = `${key} ${variables}`;
    if (!this.#exact.has(exact)) this.#exact.set(exact, object);
    if (!this.#any.has(key)) this.#any.set(key, object);
  }

  find({ key, variables }: Deployment): { first: DesiredObject; exact: boolean } | undefined {
    const same = this.#exact.get(`${key} ${variables}`);
    const first = same ?? this.#any.get(key);
    return first === undefined ? undefined : { first, exact: same !== undefined };
  }
}

function* checkPath(
  { path, ref }: DesiredObject,
  deployment: Deployment,
  firsts: Firsts,
  { observed }: LintInput,
): Iterable<Breach> {
  const found = firsts.find(deployment);
  if (found !== undefined)
    yield breachOf(path, `${found.first.title} (${found.first.path})`, found.exact, 'blueprint');
  const other = observed?.otherDeployer?.(ref, deployment);
  if (other === undefined) return;
  yield breachOf(
    path,
    describeDeployer(other),
    other.deployment.variables === deployment.variables,
    'cluster',
  );
}

/** @param exact whether the two have the same variables */
function breachOf(path: string, other: string, exact: boolean, seenIn: SeenIn): Breach {
  const what = `deploys the same path of the same source to the same place as ${other}`;
  const harm = 'each writes over the other and the deletion of one deletes what both deploy';
  const remedy = 'give one of them another `path`, `targetNamespace`, `namePrefix` or cluster';
  if (exact) return warn(path, `${what}, so that ${harm}: ${remedy}`, seenIn);
  const message = `${what} with other variables: where these make no other names or namespaces, ${harm}; then ${remedy}`;
  return { ...warn(path, message, seenIn), severity: 'info' };
}
