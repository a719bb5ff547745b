import type { Status } from '../../api/schema/status.ts';
import { type Tracked, withoutIds } from '../../core/objects/inventory.ts';

/** A status that is still being written while its blueprint is reconciled again. */
export interface PendingStatus {
  /** The blueprint that it belongs to: another one may take over the name. */
  uid: string | undefined;
  status: Status;
  /** Resolves when the write is over: true where it succeeded. Never rejects. */
  stored: Promise<boolean>;
}

/** What this process knows of the stored status of one blueprint. Only the writer of the status changes it. */
export class StatusMemory {
  readonly #pruned = new Set<string>();
  #pending: PendingStatus | undefined;
  #writtenAt = -Infinity;

  /** The status that is on its way to the API server. */
  get pending(): PendingStatus | undefined {
    return this.#pending;
  }

  /** Begins to wait for a status; it replaces the one before. */
  begin(pending: PendingStatus): void {
    this.#pending = pending;
  }

  /** Ends the wait for a status, unless another one has replaced it. */
  end(pending: PendingStatus): void {
    if (this.#pending === pending) this.#pending = undefined;
  }

  /** When a status was last written, in monotonic milliseconds; `-Infinity` where none was. */
  get writtenAt(): number {
    return this.#writtenAt;
  }

  /** Records objects that are gone and still stand in the stored inventory. */
  recordPruned(ids: Iterable<string>): void {
    for (const id of ids) this.#pruned.add(id);
  }

  /** The ids of objects that are gone and still stand in the stored inventory. */
  get pruned(): readonly string[] {
    return [...this.#pruned];
  }

  /** Takes out of a stored inventory what is gone. */
  withoutPruned(tracked: readonly Tracked[]): readonly Tracked[] {
    return withoutIds(tracked, this.#pruned);
  }

  /**
   * Records that a status was written.
   *
   * @param pruned what was gone when the write began, and so no longer stands in the stored inventory
   * @param at the time, in monotonic milliseconds
   */
  recordWritten(pruned: readonly string[], at: number): void {
    for (const id of pruned) this.#pruned.delete(id);
    this.#writtenAt = at;
  }
}
