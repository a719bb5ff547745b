import { takeForTeardown } from './jest-handover.ts';

/** Stops the control plane of the Jest run. */
export default async function tearDown(): Promise<void> {
  await takeForTeardown()?.stop();
}
