import { type KindRef, splitApiVersion } from '../../../api/object.ts';
import type { LocalCopies } from './local-copies.ts';

/** How many versions of APIs are remembered that kinds were looked up in. */
const MAX_LOOKED_UP = 100;

/** The local copies of each kind that is watched, by {@link kindKey}. */
export class KindCopies extends Map<string, LocalCopies> {
  /** Those that were looked up, by `apiVersion` and `kind`: a reconcile looks up each of its objects many times. */
  readonly #lookedUp = new Map<string, Map<string, LocalCopies>>();

  /** The copies of a kind, in whatever version the reference names; undefined where it is not watched. */
  of({ apiVersion, kind }: KindRef): LocalCopies | undefined {
    const known = this.#lookedUp.get(apiVersion)?.get(kind);
    if (known !== undefined) return known;
    const copies = this.get(kindKey({ apiVersion, kind }));
    if (copies === undefined) return undefined;
    // Whoever writes a reference invents as many versions as he likes.
    if (this.#lookedUp.size >= MAX_LOOKED_UP) this.#lookedUp.clear();
    const kinds = this.#lookedUp.get(apiVersion) ?? new Map<string, LocalCopies>();
    this.#lookedUp.set(apiVersion, kinds.set(kind, copies));
    return copies;
  }

  override set(key: string, copies: LocalCopies): this {
    this.#lookedUp.clear();
    return super.set(key, copies);
  }

  override delete(key: string): boolean {
    this.#lookedUp.clear();
    return super.delete(key);
  }
}

/** The key of a kind, `group/kind`, whatever its version. */
export function kindKey({ apiVersion, kind }: KindRef): string {
  return `${splitApiVersion(apiVersion).group}/${kind}`;
}
