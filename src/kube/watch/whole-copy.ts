import type { KubeObject } from '../../api/object.ts';
import type { PackedCopy } from '../../ports/reflector.ts';

/** What a copy takes in memory beside its text, in bytes: itself, and its places in the maps of store and room. */
const AROUND = 400;

/** Anything that a string with one byte for each character cannot hold. */
const WIDE = /[^\0-\xff]/;

/** An object that is held whole, as JSON: that takes a third of what the object takes, and nothing to collect. */
export class WholeCopy implements PackedCopy {
  unpacked: KubeObject | undefined = undefined;
  readonly text: string;
  readonly bytes: number;
  readonly resourceVersion: string;
  readonly group: string | undefined;
  readonly #onRelease: (copy: WholeCopy) => void;

  /**
   * @param group what it is listed with.
   * @param onRelease called when there is no room for it any more.
   */
  constructor(object: KubeObject, group: string | undefined, onRelease: (copy: WholeCopy) => void) {
    this.text = JSON.stringify(object);
    this.bytes = AROUND + this.text.length * (WIDE.test(this.text) ? 2 : 1);
    this.resourceVersion = object.metadata.resourceVersion ?? '';
    this.group = group;
    this.#onRelease = onRelease;
  }

  unpack(): KubeObject {
    return JSON.parse(this.text) as KubeObject;
  }

  release(): void {
    this.#onRelease(this);
  }
}
