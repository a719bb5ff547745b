import { type KubeObject, withoutManagers } from '../../api/object.ts';
import { outlineObject } from '../../core/objects/outline.ts';
import type { Change, CopyRules, Reflector, WatchTarget } from '../../ports/reflector.ts';
import type { StartWatch } from './copies/local-copies.ts';
import type { Release, WatchAllowance } from './watch-allowance.ts';

/** From how many names on one watch of all objects serves them, instead of one watch for each. */
const SHARED_FROM = 4;

/** What a {@link DependencyGroup} needs. */
export interface DependencyGroupOptions {
  /** One kind, in one namespace or of the cluster, as one user. */
  target: WatchTarget;
  startWatch: StartWatch;
  allowance: WatchAllowance;
  /** Has a blueprint reconciled that waits for an object. */
  wake: (key: string) => void;
}

/** What blueprints want to know of one object. */
interface Wanted {
  /** The keys of the blueprints. */
  keys: Set<string>;
  /** Whether one of them needs all that the object says. */
  whole: boolean;
}

/** A watch, and how to give it back. */
interface Open {
  reflector: Reflector;
  release: Release;
}

/** An object that a blueprint waits for. */
export interface DependencyName {
  name: string;
  whole: boolean;
}

/**
 * The watches of the objects of one kind in one namespace, as one user. A few names have a watch each; many share a
 * watch of all objects, of which only those that are wanted are held. A user who may not list all objects keeps the
 * watches by name. A name for which no watch is left is not known here.
 */
export class DependencyGroup {
  readonly #options: DependencyGroupOptions;
  readonly #wanted = new Map<string, Wanted>();
  readonly #single = new Map<string, Open>();
  #shared: Open | undefined;
  /** Names that came after the shared watch had listed, and that its next list brings. */
  readonly #unlisted = new Set<string>();
  #mayList = true;

  constructor(options: DependencyGroupOptions) {
    this.#options = options;
  }

  /** Whether nothing is wanted any more, so that nothing is watched. */
  get empty(): boolean {
    return this.#wanted.size === 0;
  }

  /** Sets what a blueprint wants to know of these objects, and answers whether a watch was missing for some of them. */
  follow(key: string, names: readonly DependencyName[]): { short: boolean } {
    const after = new Map(names.map(({ name, whole }) => [name, whole]));
    const added = [...after].filter(([name, whole]) => this.#add(key, name, whole)).map(([name]) => name);
    for (const [name, { keys }] of [...this.#wanted])
      if (!after.has(name) && keys.delete(key) && keys.size === 0) this.#drop(name);
    this.#arrange(key, added);
    return { short: this.#shared === undefined && names.some(({ name }) => !this.#single.has(name)) };
  }

  /** The live object, as for {@link DependencyWatch.see}. */
  see(name: string): { live: KubeObject | undefined } | undefined {
    const single = this.#single.get(name);
    const shared = this.#unlisted.has(name) ? undefined : this.#shared;
    const { reflector } = single ?? shared ?? {};
    if (reflector?.synced !== true || !this.#wanted.has(name)) return undefined;
    return { live: reflector.store.get(reflector.target.namespace, name) };
  }

  /** Whether the name is new. */
  #add(key: string, name: string, whole: boolean): boolean {
    const known = this.#wanted.get(name);
    if (known === undefined) this.#wanted.set(name, { keys: new Set([key]), whole });
    else {
      known.keys.add(key);
      known.whole ||= whole;
    }
    return known === undefined;
  }

  #drop(name: string): void {
    this.#wanted.delete(name);
    this.#unlisted.delete(name);
    this.#stop(this.#single.get(name));
    this.#single.delete(name);
  }

  /** Opens and ends watches for what is wanted now; `added` are the names that are new. */
  #arrange(key: string, added: readonly string[]): void {
    if (this.#shared?.reflector.failure === 'Forbidden' && !this.#shared.reflector.synced) {
      this.#mayList = false;
      this.#endShared();
    }
    if (this.#wanted.size === 0) this.#endShared();
    else if (this.#shared !== undefined) this.#listAgain(added);
    else if (this.#wanted.size >= SHARED_FROM && this.#mayList) this.#share(key);
    else this.#watchEach(key);
  }

  #share(key: string): void {
    const release = this.#options.allowance.take(key);
    if (release === undefined) return;
    for (const open of this.#single.values()) this.#stop(open);
    this.#single.clear();
    this.#shared = this.#open(release, {});
  }

  #watchEach(key: string): void {
    for (const [name, { keys }] of this.#wanted) {
      if (!keys.has(key) || this.#single.has(name)) continue;
      const release = this.#options.allowance.take(key);
      if (release === undefined) return;
      this.#single.set(name, this.#open(release, { fieldSelector: `metadata.name=${name}` }));
    }
  }

  /** Has the shared watch list again, because it dropped what nobody wanted before. */
  #listAgain(added: readonly string[]): void {
    if (added.length === 0 || this.#shared === undefined) return;
    for (const name of added) this.#unlisted.add(name);
    this.#shared.reflector.refresh().then(
      () => {
        for (const name of added) this.#unlisted.delete(name);
        for (const name of added) this.#wake(name);
      },
      () => undefined,
    );
  }

  #open(release: Release, selector: Pick<WatchTarget, 'fieldSelector'>): Open {
    const { target, startWatch } = this.#options;
    const reflector = startWatch({ ...target, ...selector, ...this.#rules }, ({ object }: Change) => {
      this.#wake(object.metadata.name);
    });
    // A reconcile that ran before the first list was complete has to run again.
    reflector.waitForSync().then(
      () => {
        for (const name of this.#wanted.keys()) this.#wake(name);
      },
      () => undefined,
    );
    return { reflector, release };
  }

  readonly #rules: CopyRules = {
    keep: (object) => {
      const wanted = this.#wanted.get(object.metadata.name);
      if (wanted === undefined) return undefined;
      return wanted.whole ? withoutManagers(object) : outlineDependency(object);
    },
    outline: outlineDependency,
  };

  #wake(name: string): void {
    for (const key of this.#wanted.get(name)?.keys ?? []) this.#options.wake(key);
  }

  #endShared(): void {
    this.#stop(this.#shared);
    this.#shared = undefined;
    this.#unlisted.clear();
  }

  #stop(open: Open | undefined): void {
    open?.release();
    void open?.reflector.stop();
  }
}

/** What tells the readiness of an object that others make. Nothing compares its content. */
function outlineDependency(object: KubeObject): KubeObject {
  return outlineObject(object, 'not compared');
}
