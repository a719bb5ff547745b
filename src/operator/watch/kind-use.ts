import { addTo } from '../../core/values/add-to.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { ResourceType } from '../../ports/cluster.ts';

/** A kind, in whatever version it is served. */
export type Kind = Pick<ResourceType, 'group' | 'kind'>;

/** How long a kind is wanted that is watched and that no blueprint uses any more, in milliseconds. */
const LINGER_MS = 300_000;

/** What a {@link KindUse} needs. */
export interface KindUseOptions {
  /** The kinds that are always wanted, by `group/kind`. */
  always: ReadonlyMap<string, Kind>;
  clock: Clock;
  /**
   * Whether a kind (`group/kind`) that no blueprint uses any more stays for a while. One that is watched has to:
   * blueprints are compiled again when it goes, and somebody may use it on and off.
   */
  lingers: (kind: string) => boolean;
  /** Called when the wanted kinds have changed. */
  onChange: () => void;
}

/** Counts which blueprints use which kinds. Those of the core group are never wanted. */
export class KindUse {
  readonly #options: KindUseOptions;
  readonly #wanted: Map<string, Kind>;
  /** The kinds that blueprints use beside those that are always wanted, by their keys. */
  readonly #used = new Map<string, ReadonlySet<string>>();
  /** How many blueprints use a kind. */
  readonly #users = new Map<string, number>();
  readonly #lingering = new Map<string, Timer>();

  constructor(options: KindUseOptions) {
    this.#options = options;
    this.#wanted = new Map(options.always);
  }

  /** The kinds to watch as soon as they are served, by `group/kind`. */
  get wanted(): ReadonlyMap<string, Kind> {
    return this.#wanted;
  }

  /** Sets the kinds, as `group/kind`, that a blueprint uses. */
  use(key: string, kinds: readonly string[]): void {
    const before = this.#used.get(key) ?? new Set();
    const after = new Set(kinds.filter((kind) => !this.#options.always.has(kind) && !kind.startsWith('/')));
    if (after.size === 0) this.#used.delete(key);
    else this.#used.set(key, after);
    for (const kind of after) if (!before.has(kind)) this.#count(kind, 1);
    for (const kind of before) if (!after.has(kind)) this.#count(kind, -1);
  }

  /** Cancels what is still to go. */
  stop(): void {
    for (const timer of this.#lingering.values()) timer.cancel();
  }

  #count(name: string, change: 1 | -1): void {
    const users = addTo(this.#users, name, change);
    this.#lingering.get(name)?.cancel();
    this.#lingering.delete(name);
    if (users === 0) this.#letGo(name);
    else if (!this.#wanted.has(name)) {
      const [group = '', kind = ''] = name.split('/');
      this.#wanted.set(name, { group, kind });
      this.#options.onChange();
    }
  }

  #letGo(name: string): void {
    const { clock, lingers, onChange } = this.#options;
    const drop = (): void => {
      this.#lingering.delete(name);
      this.#wanted.delete(name);
      onChange();
    };
    if (lingers(name)) this.#lingering.set(name, clock.after(LINGER_MS, drop));
    else drop();
  }
}
