import { Label, MANAGED_BY, MAX_OBJECTS } from '../../api/names.ts';
import { type KubeObject, type ObjectRef, splitApiVersion } from '../../api/object.ts';
import type { CompileContext } from '../../core/compile/model/context.ts';
import { GENERATED_KINDS } from '../../core/kinds/index.ts';
import { keepManagers } from '../../core/objects/managed-fields.ts';
import { equalJson } from '../../core/values/json.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Discovery } from '../../ports/cluster.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Change } from '../../ports/reflector.ts';
import { LocalCopies, type StartWatch } from './local-copies.ts';

/** What {@link KindWatches} need. */
export interface KindWatchesOptions {
  discovery: Discovery;
  clock: Clock;
  logger: Logger;
  startWatch: StartWatch;
  /** The namespaces to watch; `undefined` stands for all of them. */
  namespaces: readonly (string | undefined)[];
  /** Called with each change of a generated object. */
  onChange: (change: Change) => void;
  /** Called when the served kinds, or their versions, have changed. */
  onServed: () => void;
  /** Ends the following of kinds; the host stops the reflectors. */
  signal: AbortSignal;
}

/** How long the start waits for kinds that only some blueprints generate, in milliseconds. */
const EXTRA_SYNC_MS = 5_000;

/** When discovery is read after a CRD has changed, in milliseconds. It lags behind the CRD, and nothing says when. */
const DISCOVERY_READS_MS = [0, 300, 1000, 3000, 10_000, 30_000];

/** The kinds that every installation generates. */
const ALWAYS_WANTED: ReadonlyMap<string, { group: string; kind: string }> = new Map(
  GENERATED_KINDS.map((type) => [`${type.group}/${type.kind}`, type]),
);

/**
 * The local copies of the generated objects, one per kind. Follows the kinds while the operator runs: when a CRD comes,
 * goes or changes its version, the watch of its kind starts, ends or moves to the new version.
 */
export class KindWatches {
  readonly #options: KindWatchesOptions;
  /** The copies of the kinds that are served, by `group/kind`. */
  readonly #copies = new Map<string, LocalCopies>();
  /** The kinds to watch as soon as they are served, by `group/kind`. */
  readonly #wanted = new Map(ALWAYS_WANTED);
  #context: CompileContext = { served: new Map(), maxObjects: MAX_OBJECTS };
  /** Settles after the last queued update: updates run one after the other. */
  #updates: Promise<void> = Promise.resolve();
  #timers: Timer[] = [];

  constructor(options: KindWatchesOptions) {
    this.#options = options;
  }

  /** What the compiler must know of the cluster. The same object for as long as nothing changes. */
  get context(): CompileContext {
    return this.#context;
  }

  /**
   * Starts the watches, and resolves when the copies are complete. Discovery must have been read before.
   *
   * @param tracked the objects of all inventories. Their kinds are watched too: without the copies, these objects would
   *   look as if they did not exist.
   */
  async start(tracked: Iterable<ObjectRef>): Promise<void> {
    for (const ref of tracked) this.#want(ref);
    const first = this.#updates.then(() => this.#updateWatches());
    this.#updates = first.catch(() => undefined);
    await first;
    await this.#waitForSync();
    this.#updateContext();
  }

  /** Cancels what is still to be read from discovery. Call it once the signal has aborted. */
  stop(): void {
    for (const timer of this.#timers) timer.cancel();
  }

  /** A generated object; undefined when it does not exist, or its kind is not watched. */
  get(ref: ObjectRef): KubeObject | undefined {
    return this.#copies.get(kindKey(ref))?.get(ref.namespace, ref.name);
  }

  /** Every generated object of every kind. */
  *list(): IterableIterator<KubeObject> {
    for (const copies of this.#copies.values()) yield* copies.list();
  }

  /** Puts the answer to one of our own writes into the copy of its kind. */
  assume(object: KubeObject): void {
    this.#copies.get(kindKey(object))?.assume(object);
  }

  /**
   * What keeps the operator from making objects of a kind, in words: the kind's CRD, or the watch of it, which this
   * question starts. Undefined when nothing does.
   */
  lacks(ref: ObjectRef): string | undefined {
    const { apiVersion, kind } = ref;
    const { group } = splitApiVersion(apiVersion);
    // The core group is always served, and never watched.
    if (group === '') return undefined;
    if (this.#copies.get(kindKey(ref))?.covers(ref.namespace) === false)
      return `the namespace ${ref.namespace ?? ''} to be among those that the operator watches`;
    if (this.#context.served.has(kindKey(ref))) return undefined;
    if (this.#want(ref)) this.#queueDiscovery();
    return this.#options.discovery.find(group, kind) === undefined
      ? `the CRD of ${kind} (${apiVersion})`
      : `the watch of ${kind} (${apiVersion}), for which the operator must be allowed to list and watch it`;
  }

  /** Reads discovery again if the CRD of this name, which came, went or changed, is of a group that is watched. */
  onCrd(name: string): void {
    const isOfWantedGroup = [...this.#wanted.values()].some(({ group }) => name.endsWith(`.${group}`));
    if (this.#options.signal.aborted || !isOfWantedGroup) return;
    for (const timer of this.#timers) timer.cancel();
    this.#timers = DISCOVERY_READS_MS.map((ms) =>
      this.#options.clock.after(ms, () => {
        this.#queueDiscovery();
      }),
    );
  }

  /** Adds a kind to the wanted ones; false when it is among them already, or never will be. */
  #want(ref: ObjectRef): boolean {
    const { group } = splitApiVersion(ref.apiVersion);
    if (group === '' || this.#wanted.has(kindKey(ref))) return false;
    this.#wanted.set(kindKey(ref), { group, kind: ref.kind });
    return true;
  }

  /**
   * Waits for the kinds that every installation has, and for a limited time for the others: no single blueprint may
   * hold up all of them.
   */
  async #waitForSync(): Promise<void> {
    const { clock, signal } = this.#options;
    const [needed, others] = [true, false].map((always) =>
      [...this.#copies].filter(([key]) => ALWAYS_WANTED.has(key) === always).map(([, copies]) => copies),
    );
    const waitFor = (all: LocalCopies[] = []) => Promise.all(all.map((copies) => copies.waitForSync(signal)));
    await waitFor(needed);
    const timeout = new Promise<void>((resolve) => {
      this.#timers.push(clock.after(EXTRA_SYNC_MS, resolve));
    });
    await Promise.race([timeout, waitFor(others)]);
  }

  #queueDiscovery(): void {
    this.#updates = this.#updates.then(() => this.#readDiscovery());
  }

  async #readDiscovery(): Promise<void> {
    const { discovery, logger, signal } = this.#options;
    try {
      await discovery.refresh(signal);
      await this.#updateWatches();
    } catch (error) {
      if (!signal.aborted) logger.warn('discovery failed', { error: String(error) });
    }
  }

  /** Watches the wanted kinds in the versions that are served now, and no others. */
  async #updateWatches(): Promise<void> {
    const { discovery, startWatch, logger, namespaces, onChange, signal } = this.#options;
    for (const { group, kind } of this.#wanted.values()) {
      const key = `${group}/${kind}`;
      const type = discovery.find(group, kind);
      const watched = this.#copies.get(key);
      if (equalJson(watched?.type, type)) continue;
      this.#copies.delete(key);
      if (watched !== undefined) await watched.stop();
      if (type === undefined) continue;
      const labelSelector = `${Label.ManagedBy}=${MANAGED_BY}`;
      const copies = new LocalCopies({ type, labelSelector, namespaces, keepManagers }, startWatch, onChange);
      logger.info('watching', { group, version: type.version, kind });
      this.#copies.set(key, copies);
      // Not awaited: a kind that never lists, or goes away again, must not keep the others from being followed.
      copies
        .waitForSync(signal)
        .then(() => {
          this.#updateContext();
        })
        .catch(() => undefined);
    }
    this.#updateContext();
  }

  /** A kind counts as served once its copy is complete. One whose version changes keeps the old version until then. */
  #updateContext(): void {
    const served = new Map<string, string>();
    for (const [key, { synced, type }] of this.#copies) {
      const version = synced ? type.version : this.#context.served.get(key);
      if (version !== undefined) served.set(key, version);
    }
    if (equalJson(Object.fromEntries(served), Object.fromEntries(this.#context.served))) return;
    this.#context = { served, maxObjects: MAX_OBJECTS };
    this.#options.onServed();
  }
}

function kindKey({ apiVersion, kind }: { apiVersion: string; kind: string }): string {
  return `${splitApiVersion(apiVersion).group}/${kind}`;
}
