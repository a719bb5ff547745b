/**
 * What became of the `readyExpr` of one blueprint's dependencies. Each is evaluated once for each version of the
 * blueprint and of the dependency: also one that ran into a limit is not tried again before one of them changes.
 */
export class ExpressionMemory {
  /** Until when no expression of the blueprint is evaluated, in monotonic milliseconds. */
  restsUntil = -Infinity;
  #version = '';
  readonly #answers = new Map<string, { of: string; unready: string | undefined }>();

  /** Forgets the answers that are about another version of what the blueprint compiles to. */
  keepOnly(version: string): void {
    if (version === this.#version) return;
    this.#answers.clear();
    this.#version = version;
  }

  /** The answer about a dependency as it is at `resourceVersion`. */
  find(dependency: string, resourceVersion: string): { unready: string | undefined } | undefined {
    const known = this.#answers.get(dependency);
    return known?.of === resourceVersion ? known : undefined;
  }

  /** Records an answer: in what way the dependency is not ready, or undefined where it is. */
  record(dependency: string, resourceVersion: string, unready: string | undefined): void {
    this.#answers.set(dependency, { of: resourceVersion, unready });
  }
}
