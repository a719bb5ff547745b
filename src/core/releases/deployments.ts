import {
  type ObjectMeta,
  type ObjectRef,
  keptId,
  objectId,
  refOfId,
  splitApiVersion,
} from '../../api/object.ts';
import { type BlueprintKey, ownerOf, parseKey, toKey } from '../objects/ownership.ts';
import { makeIntern } from '../values/intern.ts';
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

/** A {@link Deployer}, in the little that is held of each object of a cluster. */
interface Held {
  id: string;
  version: string;
  /** The key of its blueprint; undefined where none made it. */
  owner: string | undefined;
  /** The group that it stands in: its tenant, and what it deploys. */
  group: string;
  variables: string;
}

/**
 * Which objects deploy what, by the tenant that they belong to: the namespace of their blueprint or, where they have
 * none, their own. A question is answered from the objects of one tenant alone, and costs the same however many there
 * are. It holds some 250 bytes of each object.
 */
export class Deployments {
  /** By the id of the object. */
  readonly #held = new Map<string, Held>();
  /** By group. Nearly all have one member, which stands for itself. */
  readonly #groups = new Map<string, Held | Map<string, Held>>();
  readonly #intern = makeIntern();
  #changes = 0;

  /**
   * A number that grows whenever {@link find} may answer another object than before: where it found none, it finds none
   * while the number stays the same.
   */
  get changes(): number {
    return this.#changes;
  }

  /**
   * Sets what an object deploys, or undefined where it is gone or deploys nothing.
   *
   * @returns the objects that deploy what this one did or does now; of many only some
   */
  set(ref: ObjectRef, metadata: ObjectMeta, deployment: Deployment | undefined): Deployer[] {
    const id = keptId(ref);
    const before = this.#held.get(id);
    if (deployment === undefined) return this.#take(before).map(toDeployer);
    const owner = ownerOf(metadata);
    const held = {
      id,
      version: this.#intern(splitApiVersion(ref.apiVersion).version),
      owner: owner && this.#intern(toKey(owner)),
      // Joined, because it is kept: a template would be kept as the tree of its parts.
      group: [owner?.namespace ?? ref.namespace ?? '', deployment.key].join('/'),
      variables: this.#intern(deployment.variables),
    };
    if (before?.group === held.group) return this.#replace(before, held).map(toDeployer);
    const left = this.#take(before);
    const joined = firstOf(this.#members(held.group));
    this.#put(held);
    return [...left, ...joined].map(toDeployer);
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
    deployment: Deployment,
    isThere: (deployer: Deployer) => boolean = () => true,
  ): Deployer | undefined {
    const members = this.#groups.get(groupKey(blueprint.namespace, deployment));
    const ownOwner = toKey(blueprint);
    // Nearly always it is the object itself that deploys this, and no other.
    if (members === undefined || (!(members instanceof Map) && members.owner === ownOwner)) return undefined;
    const own = objectId(ref);
    const others = firstOf(membersOf(members)).filter(({ id, owner }) => id !== own && owner !== ownOwner);
    const rank = ({ id, variables }: Held): string => `${variables === deployment.variables ? 0 : 1} ${id}`;
    const found = others
      .sort((a, b) => compare(rank(a), rank(b)))
      .map(toDeployer)
      .find(isThere);
    // Nothing tells when one of them is there again.
    if (found === undefined && others.length > 0) this.#changes++;
    return found;
  }

  #members(group: string): Iterable<Held> {
    return membersOf(this.#groups.get(group));
  }

  #put(held: Held): void {
    this.#changes++;
    this.#held.set(held.id, held);
    const members = this.#groups.get(held.group);
    if (members instanceof Map) members.set(held.id, held);
    else if (members === undefined || members.id === held.id) this.#groups.set(held.group, held);
    else this.#groups.set(held.group, new Map([members, held].map((each) => [each.id, each])));
  }

  /** Puts an object in the place of itself, and answers the others of the group where that makes a difference. */
  #replace(before: Held, held: Held): Held[] {
    if (before.variables === held.variables && before.owner === held.owner) return [];
    this.#put(held);
    return firstOf(this.#members(held.group)).filter((other) => other !== held);
  }

  /** Takes an object out of its group, and answers those that stay there. */
  #take(held: Held | undefined): Held[] {
    if (held === undefined) return [];
    this.#changes++;
    this.#held.delete(held.id);
    const members = this.#groups.get(held.group);
    if (members instanceof Map) members.delete(held.id);
    if (!(members instanceof Map) || members.size === 0) this.#groups.delete(held.group);
    return firstOf(this.#members(held.group));
  }
}

function membersOf(group: Held | Map<string, Held> | undefined): Iterable<Held> {
  if (group === undefined) return [];
  return group instanceof Map ? group.values() : [group];
}

function toDeployer({ id, version, owner, group, variables }: Held): Deployer {
  return {
    ref: refOfId(id, version),
    owner: owner === undefined ? undefined : parseKey(owner),
    deployment: { key: group.slice(group.indexOf('/') + 1), variables },
  };
}

/** A group's name: the tenant, which has no slash in it, and what is deployed. */
function groupKey(tenant: string, { key }: Pick<Deployment, 'key'>): string {
  return `${tenant}/${key}`;
}

function firstOf(members: Iterable<Held>): Held[] {
  const first: Held[] = [];
  for (const member of members) if (first.push(member) === MOST) break;
  return first;
}
