/** What undoes each step of a setup, in the order of the steps. */
export type Cleanups = (() => Promise<unknown>)[];

/**
 * Runs cleanups, the last one first, and empties the list. One that fails does not stop the others; rejects with the
 * first failure when all have run.
 */
export async function cleanUp(cleanups: Cleanups): Promise<void> {
  const failures: unknown[] = [];
  for (const undo of cleanups.splice(0).reverse()) {
    try {
      await undo();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
