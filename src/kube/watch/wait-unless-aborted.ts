import { raceAbort } from '../http/abort.ts';

/** Waits for `pending`; rejects with the signal's own reason when that aborts. */
export async function waitUnlessAborted(
  pending: Promise<unknown>,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  try {
    await raceAbort(pending, signal);
  } catch (failure) {
    signal?.throwIfAborted();
    throw failure;
  }
}
