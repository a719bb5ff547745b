/**
 * How much memory objects and blueprints may take, and which of them make way: whoever may write them decides how large
 * they are. Nothing here reads or writes the cluster. Begin with {@link SharedRoom}, for the local copies of objects;
 * `heavy-gate.ts` is for what reconciles take.
 */
import type { KubeObject } from '../../api/object.ts';
import type { CopyRoom, PackedCopy } from '../../ports/reflector.ts';
import { Retention } from './retention.ts';
import { weighLive } from './weigh-live.ts';

/** The part of the room that one object may take, so that a few large ones cannot drive out all others. */
const SHARE = 1 / 320;

/**
 * What objects may take that are unpacked, too, as a part of the room, as `weigh` counts it: an object of empty objects
 * takes ten times as much as its JSON.
 */
const UNPACKED = 1 / 8;

/**
 * The memory that the local copies of all objects share. What was written longest ago is made an outline when others
 * need the room, and an object that is large for itself is never held whole. What was unpacked last stays so, so that a
 * reconcile that follows another parses nothing.
 */
export class SharedRoom implements CopyRoom {
  readonly largest: number;
  readonly #whole: Retention;
  /** What each unpacked object takes, in the order in which they were unpacked: a read moves nothing. */
  readonly #unpacked = new Map<PackedCopy, number>();
  readonly #mostUnpacked: number;
  #sumUnpacked = 0;

  /** @param bytes what all whole objects together may take as JSON; outlines come on top of it. */
  constructor(bytes: number) {
    this.#whole = new Retention(bytes);
    this.#mostUnpacked = bytes * UNPACKED;
    this.largest = bytes * SHARE;
  }

  take(copy: PackedCopy): void {
    this.#whole.use(copy, copy.bytes);
  }

  read(copy: PackedCopy): KubeObject {
    if (copy.unpacked !== undefined) return copy.unpacked;
    const object = copy.unpack();
    const weight = weighLive(object);
    if (weight > this.#mostUnpacked) return object;
    for (const other of this.#unpacked.keys()) {
      if (this.#sumUnpacked + weight <= this.#mostUnpacked) break;
      this.#packAgain(other);
    }
    this.#unpacked.set(copy, weight);
    this.#sumUnpacked += weight;
    copy.unpacked = object;
    return object;
  }

  leave(copy: PackedCopy): void {
    this.#whole.forget(copy);
    this.#packAgain(copy);
  }

  #packAgain(copy: PackedCopy): void {
    this.#sumUnpacked -= this.#unpacked.get(copy) ?? 0;
    this.#unpacked.delete(copy);
    copy.unpacked = undefined;
  }
}
