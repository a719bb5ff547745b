import { type ObjectRef, objectId } from '../../api/object.ts';

/** Knows since when each source reports the same readiness. */
export class SourceMemory {
  readonly #known = new Map<string, { readiness: string; since: number }>();

  /**
   * Records what a source reports.
   *
   * @param readiness tells one readiness of the source from another, in a short text
   * @param now monotonic milliseconds
   * @returns since when the source has reported this, in monotonic milliseconds
   */
  recordReadiness(source: ObjectRef, readiness: string, now: number): number {
    const id = objectId(source);
    const known = this.#known.get(id);
    if (known?.readiness === readiness) return known.since;
    this.#known.set(id, { readiness, since: now });
    return now;
  }
}
