import type { KubeObject } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { Revision } from '../../api/schema/revision/revision.ts';
import { compile } from '../compile/compile.ts';
import { type BlueprintDiff, changesOf, pairObjects } from '../diff/changes.ts';
import { kustomizationOf, toKey } from '../objects/ownership.ts';
import { composeDesired } from '../rollout/compose.ts';
import { describeProblem } from '../validation/problem.ts';
import { isObject, valueAt } from '../values/json.ts';
import { joinFirst } from '../values/suggest.ts';
import { type RevisedBlueprint, blueprintAt, isWanted, statesInForce } from './in-force-states.ts';

/** What going back to a revision comes to. */
export interface Rollback {
  /** The spec to set. What no revision covers, such as `rollout` and `suspend`, is that of now. */
  spec: Blueprint['spec'];
  /** From what is in force to what that spec asks for. */
  diff: BlueprintDiff;
}

/** The revision of a number, or in words why there is none to go back to. */
export function chooseRevision(revised: RevisedBlueprint, number: number): Revision | string {
  const { revisions } = revised;
  const found = revisions.find(({ spec }) => spec.revision === number);
  if (found === undefined) {
    const known = revisions.map(({ spec }) => spec.revision).sort((a, b) => a - b);
    if (known.length === 0) return 'no revision is stored';
    return `revision ${number} is not stored, or another blueprint's: stored are ${joinFirst(known.map(String), 20)}`;
  }
  return isWanted(revised, found) ? `it says what revision ${number} says already` : found;
}

/** What going back to a revision comes to, or in words why that is not possible. */
export function planRollback(revised: RevisedBlueprint, revision: Revision): Rollback | string {
  const { blueprint, context, places } = revised;
  const target = withPresentRollouts(blueprintAt(revised, revision), blueprint);
  const [present, after] = [blueprint, target].map((one) => compile(one, context));
  if (after === undefined || !after.ok) {
    const problem = after?.problems[0];
    return `revision ${revision.spec.revision} compiles no more: ${problem === undefined ? '' : describeProblem(problem)}`;
  }
  const wanted = present?.ok === true ? present.desired : after.desired;
  const before = composeDesired(places, statesInForce(revised), wanted);
  const { metadata } = blueprint;
  return {
    spec: target.spec,
    diff: {
      key: { namespace: metadata.namespace ?? '', name: metadata.name },
      compared: 'from what is in force to what the revision says',
      hasEnvironments: after.desired.environments.length > 0,
      ...changesOf(pairObjects(before.objects, after.desired.objects)),
      refusals: [],
    },
  };
}

/** Going back loosens no gate: those of environments are no part of a revision either. */
function withPresentRollouts(target: Blueprint, { spec }: Blueprint): Blueprint {
  const { environments } = target.spec;
  if (environments === undefined) return target;
  const present = new Map((spec.environments ?? []).map(({ name, rollout }) => [name, rollout]));
  const kept = environments.map(({ rollout, ...environment }) => {
    const own = present.has(environment.name) ? present.get(environment.name) : rollout;
    return own === undefined ? environment : { ...environment, rollout: own };
  });
  return { ...target, spec: { ...target.spec, environments: kept } };
}

/** The field manager of Flux's kustomize-controller. */
const KUSTOMIZE_CONTROLLER = 'kustomize-controller';

/**
 * Whether a change of a blueprint's spec lasts, in words; undefined where no Kustomization of Flux applies the
 * blueprint.
 *
 * @param blueprint as it was before the change, with its managed fields
 */
export function describeUndoing({ metadata }: Pick<KubeObject, 'metadata'>): string | undefined {
  const kustomization = kustomizationOf(metadata);
  if (kustomization === undefined) return undefined;
  const name = `Kustomization ${toKey(kustomization)}`;
  const sets = (metadata.managedFields ?? []).some(
    ({ manager, fieldsV1 }) => manager === KUSTOMIZE_CONTROLLER && isObject(valueAt(fieldsV1, ['f:spec'])),
  );
  return sets
    ? `${name} applies the spec from Git, and will undo this at its next reconcile: revert the commit in Git too, or suspend the Kustomization until then`
    : undefined;
}
