import { takeForTeardown } from './handover.ts';

/** Ends everything that the global setup started, in reverse order. */
export default async function tearDown(): Promise<void> {
  for (const end of takeForTeardown()) await end();
}
