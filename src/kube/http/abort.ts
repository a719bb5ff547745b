import { ClusterError } from '../../ports/cluster.ts';

/**
 * Waits for `pending`, but only until the signal aborts: then it rejects at once, with reason Aborted. That does not
 * end the pending work; to end it, pass the signal to that work as well.
 */
export async function raceAbort<T>(pending: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return pending;
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => {
    aborted.reject(new ClusterError('Aborted', 'the request was aborted'));
  };
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([pending, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
