import type { KubeObject } from '../../api/object.ts';
import type { DesiredObject } from '../../core/objects/desired.ts';
import type { StagePlace } from '../../core/rollout/stages.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';

/**
 * What a stage requires, as if the blueprint itself were an object that waits for it: `self` is the blueprint, and an
 * entry without a namespace is in the blueprint's. Undefined where it requires nothing.
 */
export function requirementsOf(
  { blueprint, key }: Pick<ReconcileContext, 'blueprint' | 'key'>,
  { environment, settings: { requires } }: Pick<StagePlace, 'environment' | 'settings'>,
): DesiredObject | undefined {
  if (requires.length === 0) return undefined;
  const { apiVersion, kind, metadata } = blueprint;
  const { name, labels, annotations } = metadata;
  const self = { apiVersion, kind, metadata: { name, namespace: key.namespace, labels, annotations } };
  const path =
    environment === undefined
      ? 'spec.rollout.requires'
      : `spec.environments[name=${environment}].rollout.requires`;
  return {
    id: `rollout ${environment ?? ''}`,
    ref: { apiVersion, kind, namespace: key.namespace, name },
    manifest: JSON.parse(JSON.stringify(self)) as KubeObject,
    wave: 0,
    title: path,
    layer: undefined,
    environment,
    path,
    dependsOn: [],
    createAfter: [],
    keep: false,
    waitsFor: requires.map(({ apiVersion, kind, name, namespace, readyExpr }) => ({
      ...{ apiVersion, kind, name, readyExpr },
      namespace: namespace ?? key.namespace,
    })),
    originOf: () => path,
  };
}

/** What the stages require in which a change waits, so that it is watched. */
export function findRequirements(context: ReconcileContext, waiting: readonly StagePlace[]): DesiredObject[] {
  return waiting.flatMap((place) => requirementsOf(context, place) ?? []);
}
