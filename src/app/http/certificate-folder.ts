import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Certificate } from './http-server.ts';

/** How often the files are read, in milliseconds: as often as controller-runtime does. */
const POLL_MS = 10_000;

/**
 * Reads `tls.crt` and `tls.key` of a folder: a mounted Secret of type kubernetes.io/tls. Rejects if it cannot, and
 * where one of them is empty: Node takes that for no certificate, and would then serve none.
 */
export async function readCertificate(folder: string): Promise<Certificate> {
  const [cert = '', key = ''] = await Promise.all(
    ['tls.crt', 'tls.key'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  if (cert === '' || key === '') throw new Error(`tls.crt or tls.key is empty in ${folder}`);
  return { cert, key };
}

/** Options of {@link watchCertificate}. */
export interface WatchCertificateOptions {
  folder: string;
  /** The certificate in use. */
  current: Certificate;
  /** Takes another certificate into use; throws if its key does not fit. */
  renew: (certificate: Certificate) => void;
  clock: Clock;
  logger: Logger;
}

/**
 * Takes a renewed certificate into use until it is cancelled. If the files cannot be read or used, it logs that once,
 * and the old certificate stays in use.
 */
export function watchCertificate(options: WatchCertificateOptions): Timer {
  const { folder, renew, clock, logger } = options;
  let { current } = options;
  let problem: string | undefined;
  let timer: Timer;
  let cancelled = false;
  const poll = async (): Promise<void> => {
    try {
      const found = await readCertificate(folder);
      if (found.cert === current.cert && found.key === current.key) return;
      renew(found);
      current = found;
      problem = undefined;
      logger.info('took a renewed certificate into use', { folder });
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unusable';
      if (reason !== problem) logger.warn('the certificate cannot be renewed', { folder, error: reason });
      problem = reason;
    }
  };
  const schedule = (): Timer =>
    clock.after(POLL_MS, () => {
      void poll().finally(() => {
        if (!cancelled) timer = schedule();
      });
    });
  timer = schedule();
  return {
    cancel: () => {
      cancelled = true;
      timer.cancel();
    },
  };
}
