import { type KubeObject, objectId, type ObjectRef, refOf } from '../../api/object.ts';
import { type BlueprintKey, isLabelledFor, ownerOf, toKey } from '../objects/ownership.ts';
import { isObject, textAt } from '../values/json.ts';
import { deploymentOf } from './deployment.ts';
import { Deployments } from './deployments.ts';

/** Live objects as they are read from the cluster, where no operator watches it. */
export class LiveObjects {
  readonly #objects: readonly KubeObject[];
  readonly #byId: ReadonlyMap<string, KubeObject>;

  /** @param objects where one stands twice, the later counts */
  constructor(objects: readonly KubeObject[] = []) {
    this.#byId = new Map(objects.map((object) => [objectId(refOf(object)), object]));
    this.#objects = [...this.#byId.values()];
  }

  /**
   * Reads what `kubectl get -o json` prints: a list of objects, or one; what is none of Kubernetes is passed over.
   * Undefined for any other value.
   */
  static read(value: unknown): LiveObjects | undefined {
    if (!isObject(value)) return undefined;
    const { items } = value;
    const objects: unknown[] = Array.isArray(items) ? items : [value];
    const found = objects.filter(isKubeObject);
    return found.length === 0 && objects.length > 0 ? undefined : new LiveObjects(found);
  }

  /** An object that a blueprint generated; undefined where there is none, or only somebody else's. */
  find(blueprint: BlueprintKey, ref: ObjectRef): KubeObject | undefined {
    const found = this.#byId.get(objectId(ref));
    return found !== undefined && isLabelledFor(found.metadata, blueprint) ? found : undefined;
  }

  /** The objects that a blueprint generated. */
  ownedBy(blueprint: BlueprintKey): KubeObject[] {
    return this.#objects.filter(({ metadata }) => isLabelledFor(metadata, blueprint));
  }

  /** What deploys what, once `blueprints` are applied: what these made before counts no more, and `desired` does. */
  deploymentsWith(blueprints: readonly BlueprintKey[], desired: Iterable<KubeObject>): Deployments {
    const replaced = new Set(blueprints.map(toKey));
    const deployments = new Deployments();
    const put = (object: KubeObject): unknown =>
      deployments.set(refOf(object), object.metadata, deploymentOf(object));
    for (const object of this.#objects) {
      const owner = ownerOf(object.metadata);
      if (owner === undefined || !replaced.has(toKey(owner))) put(object);
    }
    for (const object of desired) put(object);
    return deployments;
  }
}

function isKubeObject(value: unknown): value is KubeObject {
  const isText = (...steps: string[]): boolean => textAt(value, steps) !== undefined;
  return isText('apiVersion') && isText('kind') && isText('metadata', 'name');
}
