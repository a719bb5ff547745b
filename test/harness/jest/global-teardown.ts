import { takeForTeardown } from './handover.ts';

/** Ends what the setup of the Jest run began, in reverse order. */
export default async function tearDown(): Promise<void> {
  for (const end of takeForTeardown()) await end();
}
