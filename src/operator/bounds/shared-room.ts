/**
 * How much memory objects and blueprints may take, and which of them make way: whoever may write them decides how large
 * they are. Nothing here reads or writes the cluster. Begin with {@link SharedRoom}, for the local copies of objects;
 * `heavy-gate.ts` is for what reconciles take.
 */
import type { KubeObject } from '../../api/object.ts';
import type { CopyRoom, Retained } from '../../ports/reflector.ts';
import { Retention } from './retention.ts';
import { weighLive } from './weigh-live.ts';

/** The part of the room that one object may take, so that a few large ones cannot drive out all others. */
const SHARE = 1 / 512;

/**
 * The memory that the local copies of all objects share. What was written longest ago is made an outline when others
 * need the room, and an object that is large for itself is never held whole.
 */
export class SharedRoom implements CopyRoom {
  readonly #retention: Retention;
  readonly #largest: number;

  /** @param bytes what all whole objects together may take, as `weigh` counts it; outlines come on top of it. */
  constructor(bytes: number) {
    this.#retention = new Retention(bytes);
    this.#largest = bytes * SHARE;
  }

  take(copy: Retained, object: KubeObject): boolean {
    const bytes = weighLive(object);
    if (bytes > this.#largest) return false;
    this.#retention.use(copy, bytes);
    return true;
  }

  fits(object: KubeObject): boolean {
    return weighLive(object) <= this.#largest;
  }

  leave(copy: Retained): void {
    this.#retention.forget(copy);
  }
}
