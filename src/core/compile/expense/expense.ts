/**
 * What a blueprint costs, before anything of it is merged or copied. `defaults`, `variables` and metadata are written
 * once and reach every object, once for each environment, so that a small blueprint can ask for gigabytes. Here the
 * bytes of each block are multiplied by the objects that get it. `weigh-blueprint.ts` does it for the
 * layers, `weigh-others.ts` for all else. Nothing here copies a value, and all takes time linear in the blueprint, and
 * for each environment in its layers. Begin with `weighBlueprint`.
 */

/** A block of the blueprint and the objects that it goes into. */
export interface Block {
  path: string;
  /** About its bytes in each of them. */
  bytes: number;
  objects: number;
}

/** The sum of what blocks make of manifests, and the block that makes most of it. */
export class Expense {
  readonly #blocks = new Map<string, Block>();
  #total = 0;
  #heaviest: Pick<Block, 'path' | 'bytes'> = { path: 'spec', bytes: 0 };

  /** Bytes of all manifests together. */
  get total(): number {
    return this.#total;
  }

  /** The item whose manifest may be the largest, with the bytes of that. */
  get heaviest(): Pick<Block, 'path' | 'bytes'> {
    return this.#heaviest;
  }

  /** How many components each environment has, in their order. */
  readonly components: number[] = [];

  /** Counts a block that goes into so many objects, beside those that it is known to go into. */
  add(path: string, bytes: number, objects: number): void {
    if (bytes <= 0 || objects <= 0) return;
    this.#total += bytes * objects;
    const known = this.#blocks.get(path);
    if (known === undefined) this.#blocks.set(path, { path, bytes, objects });
    else known.objects += objects;
  }

  /** Counts bytes of many items at once, none of which is large in itself. */
  addMany(bytes: number): void {
    this.#total += Math.max(0, bytes);
  }

  /** Notes how large the manifest of one item may be. */
  noteManifest(path: string, bytes: number): void {
    if (bytes > this.#heaviest.bytes) this.#heaviest = { path, bytes };
  }

  /** The block that makes most of the total. */
  largest(): Block {
    let largest: Block = { path: 'spec', bytes: 0, objects: 0 };
    for (const block of this.#blocks.values())
      if (block.bytes * block.objects > largest.bytes * largest.objects) largest = block;
    return largest;
  }
}
