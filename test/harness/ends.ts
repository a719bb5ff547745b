/** How parts of a whole are ended, in the order in which they were begun. */
export type Ends = (() => Promise<unknown>)[];

/** Ends the last first: all of them even where one fails, and then rejects with the first failure. */
export async function endAll(ends: Ends): Promise<void> {
  const failures: unknown[] = [];
  for (const end of ends.splice(0).reverse()) {
    try {
      await end();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
