/**
 * Where the parts of a merged value were written: translates paths in the merged value into paths of the blueprint.
 * A part that was not moved keeps its path below the nearest part that was.
 */
export class Moves {
  readonly #moved = new Map<string, string>();

  /** Notes that what stands at `merged` was written at `written`. */
  note(merged: string, written: string): void {
    this.#moved.set(merged, written);
  }

  /** The path of the blueprint for a path of the merged value. */
  locate(path: string): string {
    for (let end = path.length; end > 0; end = lastStep(path, end)) {
      const written = this.#moved.get(path.slice(0, end));
      if (written !== undefined) return written + path.slice(end);
    }
    return path;
  }
}

/** Where the last step of `path.slice(0, end)` begins. */
function lastStep(path: string, end: number): number {
  return Math.max(path.lastIndexOf('.', end - 1), path.lastIndexOf('[', end - 1));
}
