import type { KubeObject } from '../../api/object.ts';
import { isObject, valueAt } from '../values/json.ts';

/**
 * A condition of a live object, with the types that Kubernetes gives its fields by convention. The API server of a CRD
 * with a loose schema may hold anything in them.
 */
export interface LiveCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  observedGeneration?: number;
  lastTransitionTime?: string;
}

/** Reads the conditions of a live object; empty if its status has none. */
export function conditionsOf(live: KubeObject): LiveCondition[] {
  const conditions = valueAt(live, ['status', 'conditions']);
  return Array.isArray(conditions) ? (conditions.filter(isObject) as unknown as LiveCondition[]) : [];
}

/** Reads the condition of a type, whatever generation it is about; undefined if there is none. */
export function conditionOf(live: KubeObject, type: string): LiveCondition | undefined {
  return conditionsOf(live).find((condition) => condition.type === type);
}
