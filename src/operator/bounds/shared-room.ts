/**
 * How much memory objects and blueprints may take, and which of them make way: whoever may write them decides how large
 * they are. Nothing here reads or writes the cluster. Begin with {@link SharedRoom}, for the local copies of objects;
 * `heavy-gate.ts` is for what reconciles take.
 */
import { LRUCache } from 'lru-cache';
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
 * need the room, and an object that is large for itself is never held whole. What was read last stays unpacked, so that
 * a reconcile that follows another parses nothing.
 */
export class SharedRoom implements CopyRoom {
  readonly largest: number;
  readonly #whole: Retention;
  readonly #unpacked: LRUCache<PackedCopy, KubeObject>;

  /** @param bytes what all whole objects together may take as JSON; outlines come on top of it. */
  constructor(bytes: number) {
    this.#whole = new Retention(bytes);
    this.#unpacked = new LRUCache({
      maxSize: Math.ceil(bytes * UNPACKED),
      sizeCalculation: weighLive,
    });
    this.largest = bytes * SHARE;
  }

  take(copy: PackedCopy): void {
    this.#whole.use(copy, copy.bytes);
  }

  read(copy: PackedCopy): KubeObject {
    const known = this.#unpacked.get(copy);
    if (known !== undefined) return known;
    const object = copy.unpack();
    this.#unpacked.set(copy, object);
    return object;
  }

  leave(copy: PackedCopy): void {
    this.#whole.forget(copy);
    this.#unpacked.delete(copy);
  }
}
