import { type KubeObject, objectId } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { ComponentState } from '../../api/schema/status.ts';
import { assessHealth } from '../health/health.ts';
import { listGenerated } from './events.ts';

/**
 * The state of each object that a blueprint generated, by its id: as it was read, else as the status of the blueprint
 * tells it, which names the first hundred that are not ready.
 */
export function statesOf(
  blueprint: Pick<Blueprint, 'status'>,
  live: ReadonlyMap<string, KubeObject>,
): ReadonlyMap<string, ComponentState> {
  const told = new Map(
    (blueprint.status?.components ?? []).map(({ kind, namespace, name, state }) => [
      `${kind}/${namespace}/${name}`,
      state,
    ]),
  );
  return new Map(
    listGenerated(blueprint).map((ref) => {
      const id = objectId(ref);
      const found = live.get(id);
      const { kind, namespace = '', name } = ref;
      const state =
        found === undefined ? told.get(`${kind}/${namespace}/${name}`) : assessHealth(found).state;
      return [id, state ?? 'Ready'];
    }),
  );
}
