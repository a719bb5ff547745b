/** The most that a map holds, in characters of paths. An environment that changes 2000 components takes a third. */
const MAX_SIZE = 1_000_000;

/**
 * Maps the parts of a merged value to where each was written, as a source map does for code: paths of the merged value
 * become paths of the blueprint. A part without an entry keeps its steps below the closest part that has one.
 */
export class SourceMap {
  readonly #written = new Map<string, string>();
  #size = 0;

  /**
   * Records that the value at the path `merged` was written at the path `written`. Records nothing once the map is far
   * larger than that of any environment which people write: the paths of problems are then those of the base.
   */
  record(merged: string, written: string): void {
    this.#size += merged.length + written.length;
    if (this.#size > MAX_SIZE) return;
    this.#written.set(merged, written);
  }

  /** The path of the blueprint for a path of the merged value; the same path where nothing is recorded. */
  locate(path: string): string {
    for (let end = path.length; end > 0; end = lastStep(path, end)) {
      const written = this.#written.get(path.slice(0, end));
      if (written !== undefined) return written + path.slice(end);
    }
    return path;
  }
}

/** Where the last step of `path.slice(0, end)` begins. */
function lastStep(path: string, end: number): number {
  return Math.max(path.lastIndexOf('.', end - 1), path.lastIndexOf('[', end - 1));
}
