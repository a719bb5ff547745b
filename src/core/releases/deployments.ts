import { type ObjectMeta, type ObjectRef, objectId } from '../../api/object.ts';
import { type BlueprintKey, ownerOf, toKey } from '../objects/ownership.ts';
import { compare } from '../values/path.ts';
import type { Deployment } from './deployment.ts';

/** An object that deploys something, and the blueprint that made it; undefined where none did. */
export interface Deployer {
  ref: ObjectRef;
  owner: BlueprintKey | undefined;
  deployment: Deployment;
}

/**
 * The most deployers of one thing that are looked at. There are two where somebody erred, and thousands in an attack.
 */
const MOST = 100;

/**
 * Which objects deploy what, by the tenant that they belong to: the namespace of their blueprint or, where they have
 * none, their own. A question is answered from the objects of one tenant alone, and costs the same however many there
 * are.
 */
export class Deployments {
  /** By tenant and what is deployed, then by the id of the object. */
  readonly #groups = new Map<string, Map<string, Deployer>>();
  /** The group that an object stands in, by its id. */
  readonly #groupOf = new Map<string, string>();

  /**
   * Sets what an object deploys, or undefined where it is gone or deploys nothing.
   *
   * @returns the objects that deploy what this one did or does now; of many only some
   */
  set(ref: ObjectRef, metadata: ObjectMeta, deployment: Deployment | undefined): Deployer[] {
    const id = objectId(ref);
    const before = this.#groupOf.get(id);
    if (deployment === undefined) return this.#take(id, before);
    const deployer = { ref, owner: ownerOf(metadata), deployment };
    const after = groupKey(tenantOf(deployer), deployment);
    if (before === after) return this.#replace(after, id, deployer);
    const left = this.#take(id, before);
    const group = this.#groups.get(after) ?? new Map<string, Deployer>();
    const joined = firstOf(group.values());
    this.#groups.set(after, group.set(id, deployer));
    this.#groupOf.set(id, after);
    return [...left, ...joined];
  }

  /**
   * Another object of the tenant that deploys the same as an object of a blueprint: rather one with the same variables,
   * and of these the first by its id. Undefined where there is none, or only objects of that blueprint.
   *
   * @param isThere whether an object is still what it was when it was set. Default: all are
   */
  find(
    blueprint: BlueprintKey,
    ref: ObjectRef,
    { key, variables }: Deployment,
    isThere: (deployer: Deployer) => boolean = () => true,
  ): Deployer | undefined {
    const own = objectId(ref);
    const group = this.#groups.get(groupKey(blueprint.namespace, { key }));
    const others = firstOf(group?.values() ?? []).filter(
      (other) => objectId(other.ref) !== own && !isSameOwner(other.owner, blueprint) && isThere(other),
    );
    const rank = (other: Deployer): string =>
      `${other.deployment.variables === variables ? 0 : 1} ${objectId(other.ref)}`;
    return others.sort((a, b) => compare(rank(a), rank(b)))[0];
  }

  /** Puts an object in the place of itself, and answers the others of the group where that makes a difference. */
  #replace(key: string, id: string, deployer: Deployer): Deployer[] {
    const group = this.#groups.get(key);
    const before = group?.get(id);
    const same =
      before?.deployment.variables === deployer.deployment.variables &&
      isSameOwner(before.owner, deployer.owner);
    if (same) return [];
    group?.set(id, deployer);
    return firstOf(group?.values() ?? []).filter((other) => other !== deployer);
  }

  /** Takes an object out of its group, and answers those that stay there. */
  #take(id: string, key: string | undefined): Deployer[] {
    const group = key === undefined ? undefined : this.#groups.get(key);
    if (key === undefined || group === undefined) return [];
    group.delete(id);
    this.#groupOf.delete(id);
    if (group.size === 0) this.#groups.delete(key);
    return firstOf(group.values());
  }
}

/** The namespace of its blueprint or, where it has none, its own. */
function tenantOf({ ref, owner }: Pick<Deployer, 'ref' | 'owner'>): string {
  return owner?.namespace ?? ref.namespace ?? '';
}

function groupKey(tenant: string, { key }: Pick<Deployment, 'key'>): string {
  return `${tenant}/${key}`;
}

function isSameOwner(a: BlueprintKey | undefined, b: BlueprintKey | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && toKey(a) === toKey(b));
}

function firstOf(deployers: Iterable<Deployer>): Deployer[] {
  const first: Deployer[] = [];
  for (const deployer of deployers) if (first.push(deployer) === MOST) break;
  return first;
}
