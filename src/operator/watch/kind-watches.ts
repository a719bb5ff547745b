import { Label, MANAGED_BY, MAX_OBJECTS } from '../../api/names.ts';
import { type KindRef, type KubeObject, type ObjectRef, splitApiVersion } from '../../api/object.ts';
import type { CompileContext, CompileLimits } from '../../core/compile/model/context.ts';
import { GENERATED_KINDS } from '../../core/kinds/index.ts';
import { trimManagers } from '../../core/objects/managed-fields.ts';
import { outlineObject } from '../../core/objects/outline.ts';
import { type BlueprintKey, ownerOf, toKey } from '../../core/objects/ownership.ts';
import { keepDeployment } from '../../core/releases/deployment.ts';
import { makeIntern } from '../../core/values/intern.ts';
import { equalJson } from '../../core/values/json.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Discovery, ResourceType } from '../../ports/cluster.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Change } from '../../ports/reflector.ts';
import { digestContent } from '../bounds/content-digest.ts';
import { type Kind, KindUse } from './kind-use.ts';
import { KindCopies, kindKey } from './copies/kind-copies.ts';
import { LocalCopies, type StartWatch } from './copies/local-copies.ts';

/** What {@link KindWatches} need. */
export interface KindWatchesOptions {
  discovery: Discovery;
  clock: Clock;
  logger: Logger;
  startWatch: StartWatch;
  /** The namespaces to watch; `undefined` stands for all of them. */
  namespaces: readonly (string | undefined)[];
  /** What one blueprint may ask for; the compiler obeys it. */
  limits: Partial<CompileLimits>;
  /** Whether this operator reconciles a blueprint. Of what others generate it holds outlines. */
  isOurs: (owner: BlueprintKey) => boolean;
  /** Called with each change of a generated object. */
  onChange: (change: Change) => void;
  /** Called when the served kinds, or their versions, have changed. */
  onServed: () => void;
  /** Ends the following of kinds; the host stops the reflectors. */
  signal: AbortSignal;
}

/** How long the start waits for kinds that only some blueprints generate, in milliseconds. */
const EXTRA_SYNC_MS = 5_000;

/** How often discovery is read at most for kinds that blueprints name, in milliseconds. */
const READ_EVERY_MS = 5_000;

/** How soon kinds are looked for again that are not served, in milliseconds. Mostly the watch of CRDs is faster. */
const RETRY_MS = 30_000;

/** When discovery is read after a CRD has changed, in milliseconds. It lags behind the CRD, and nothing says when. */
const DISCOVERY_READS_MS = [0, 300, 1000, 3000, 10_000, 30_000];

/** The kinds that every installation generates. */
const ALWAYS_WANTED: ReadonlyMap<string, Kind> = new Map(
  GENERATED_KINDS.map((type) => [`${type.group}/${type.kind}`, type]),
);

/**
 * The local copies of the generated objects, one per kind. Follows the kinds while the operator runs: when a CRD comes,
 * goes or changes its version, the watch of its kind starts, ends or moves to the new version.
 */
export class KindWatches {
  readonly #options: KindWatchesOptions;
  /** The copies of the kinds that are served, by `group/kind`. */
  readonly #copies = new KindCopies();
  readonly #used: KindUse;
  /** When discovery was last read for a kind that blueprints name, in monotonic milliseconds. */
  #readAt = -Infinity;
  #retry: Timer | undefined;
  /** Whether an update is queued that has not begun. */
  #updateQueued = false;
  #context: CompileContext;
  /** Settles after the last queued update: updates run one after the other. */
  #updates: Promise<void> = Promise.resolve();
  #timers: Timer[] = [];
  /** Whether the first watches were started. */
  #started = false;
  /** Whether a CRD of a group that is watched came, went or changed. */
  #crdCame = false;

  constructor(options: KindWatchesOptions) {
    this.#options = options;
    this.#context = { served: new Map(), maxObjects: MAX_OBJECTS, limits: options.limits };
    this.#used = new KindUse({
      always: ALWAYS_WANTED,
      clock: options.clock,
      lingers: (kind) => this.#copies.has(kind),
      onChange: () => {
        this.#queueUpdate();
      },
    });
  }

  /** What the compiler must know of the cluster. The same object for as long as nothing changes. */
  get context(): CompileContext {
    return this.#context;
  }

  /**
   * Starts the watches, and resolves when the copies are complete. Discovery must have been read before, and
   * {@link use} called with the kinds of all inventories: without the copies, their objects would look as if they did
   * not exist.
   */
  async start(): Promise<void> {
    const first = this.#updates.then(() => this.#updateWatches());
    this.#updates = first.catch(() => undefined);
    await first;
    this.#started = true;
    if (this.#crdCame) this.#readDiscoveryRepeatedly();
    await this.#waitForSync();
    this.#updateContext();
  }

  /** Sets the kinds of what a blueprint generates. The watches of kinds that no blueprint uses any more end. */
  use(key: string, kinds: readonly KindRef[]): void {
    this.#used.use(key, kinds.map(kindKey));
  }

  /** Cancels what is still to be read from discovery. Call it once the signal has aborted. */
  stop(): void {
    this.#retry?.cancel();
    for (const timer of this.#timers) timer.cancel();
    this.#used.stop();
  }

  /** A generated object; undefined when it does not exist, or its kind is not watched. */
  get(ref: ObjectRef): KubeObject | undefined {
    return this.#copies.of(ref)?.get(ref.namespace, ref.name);
  }

  /** Every object of every kind that is labelled for a blueprint. */
  *listOf(owner: BlueprintKey): IterableIterator<KubeObject> {
    for (const copies of this.#copies.values()) yield* copies.list({ group: toKey(owner) });
  }

  /** Puts the answer to one of our own writes into the copy of its kind. */
  assume(object: KubeObject): void {
    this.#copies.of(object)?.assume(object);
  }

  /**
   * What keeps the operator from making objects of a kind, in words: the kind's CRD, or the watch of it, which begins
   * when a blueprint uses the kind. Undefined when nothing does.
   */
  lacks(ref: ObjectRef): string | undefined {
    const { apiVersion, kind } = ref;
    const { group } = splitApiVersion(apiVersion);
    // The core group is always served, and never watched.
    if (group === '') return undefined;
    if (this.#copies.of(ref)?.covers(ref.namespace) === false)
      return `the namespace ${ref.namespace ?? ''} to be among those that the operator watches`;
    if (this.#context.served.has(kindKey(ref))) return undefined;
    return this.#options.discovery.find(group, kind) === undefined
      ? `the CRD of ${kind} (${apiVersion})`
      : `the watch of ${kind} (${apiVersion}), for which the operator must be allowed to list and watch it`;
  }

  /** Reads discovery again if the CRD of this name, which came, went or changed, is of a group that is watched. */
  onCrd(name: string): void {
    const isOfWantedGroup = [...this.#used.wanted.values()].some(({ group }) => name.endsWith(`.${group}`));
    if (this.#options.signal.aborted || !isOfWantedGroup) return;
    this.#crdCame = true;
    // Before the start nobody knows whose objects are ours.
    if (this.#started) this.#readDiscoveryRepeatedly();
  }

  #readDiscoveryRepeatedly(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = DISCOVERY_READS_MS.map((ms) =>
      this.#options.clock.after(ms, () => {
        this.#queueDiscovery();
      }),
    );
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
    let timer: Timer | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = clock.after(EXTRA_SYNC_MS, resolve);
    });
    await Promise.race([timeout, waitFor(others)]).finally(() => timer?.cancel());
  }

  #queueDiscovery(): void {
    this.#updates = this.#updates.then(() => this.#readDiscovery());
  }

  /** Has the watches follow the wanted kinds. Many changes at a time need one update. */
  #queueUpdate(): void {
    if (this.#updateQueued) return;
    this.#updateQueued = true;
    this.#updates = this.#updates.then(() => this.#followWanted());
  }

  async #followWanted(): Promise<void> {
    this.#updateQueued = false;
    const mayRead = this.#isServed() || this.#mayRead();
    if (mayRead && !this.#isServed()) await this.#readDiscovery();
    else await this.#updateWatches();
    if (!this.#isServed()) this.#tryAfter(mayRead ? RETRY_MS : READ_EVERY_MS);
  }

  /** Whether every wanted kind is served, as far as is known. */
  #isServed(): boolean {
    const { discovery } = this.#options;
    return [...this.#used.wanted.values()].every(
      ({ group, kind }) => discovery.find(group, kind) !== undefined,
    );
  }

  /** Whether discovery was not read a moment ago: blueprints may name other kinds at each edit. */
  #mayRead(): boolean {
    const now = this.#options.clock.monotonic();
    if (now - this.#readAt < READ_EVERY_MS) return false;
    this.#readAt = now;
    return true;
  }

  #tryAfter(ms: number): void {
    this.#retry?.cancel();
    this.#retry = this.#options.clock.after(ms, () => {
      this.#queueUpdate();
    });
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
    const { discovery } = this.#options;
    for (const [key, copies] of [...this.#copies])
      if (!this.#used.wanted.has(key)) await this.#end(key, copies);
    for (const [key, { group, kind }] of [...this.#used.wanted]) {
      const type = discovery.find(group, kind);
      const watched = this.#copies.get(key);
      if (equalJson(watched?.type, type)) continue;
      if (watched !== undefined) await this.#end(key, watched);
      if (type !== undefined) this.#begin(key, type);
    }
    this.#updateContext();
  }

  async #end(key: string, copies: LocalCopies): Promise<void> {
    this.#copies.delete(key);
    await copies.stop();
  }

  #begin(key: string, type: ResourceType): void {
    const { startWatch, logger, namespaces, isOurs, onChange, signal } = this.#options;
    const labelSelector = `${Label.ManagedBy}=${MANAGED_BY}`;
    const holdsWhole = ({ metadata }: KubeObject): boolean => {
      const owner = ownerOf(metadata);
      return owner !== undefined && isOurs(owner);
    };
    const rules = { keep: trimManagers, outline: outlineGenerated, holdsWhole, groupOf: groupByOwner };
    const target = { type, labelSelector, namespaces, ...rules };
    const copies = new LocalCopies(target, startWatch, onChange);
    const { group, version, kind } = type;
    logger.info('watching', { group, version, kind });
    this.#copies.set(key, copies);
    // Not awaited: a kind that never lists, or goes away again, must not keep the others from being followed.
    copies
      .waitForSync(signal)
      .then(() => {
        this.#updateContext();
      })
      .catch(() => undefined);
  }

  /** A kind counts as served once its copy is complete. One whose version changes keeps the old version until then. */
  #updateContext(): void {
    const served = new Map<string, string>();
    for (const [key, { synced, type }] of this.#copies) {
      const version = synced ? type.version : this.#context.served.get(key);
      if (version !== undefined) served.set(key, version);
    }
    if (equalJson(Object.fromEntries(served), Object.fromEntries(this.#context.served))) return;
    this.#context = { ...this.#context, served };
    this.#options.onServed();
  }
}

function outlineGenerated(object: KubeObject): KubeObject {
  return keepDeployment(outlineObject(object, digestContent(object)), object);
}

const intern = makeIntern();

function groupByOwner({ metadata }: KubeObject): string | undefined {
  const owner = ownerOf(metadata);
  return owner && intern(toKey(owner));
}
