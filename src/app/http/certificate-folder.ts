import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { KeyPair } from './http-server.ts';

/** How often the files are looked at, in milliseconds: as often as controller-runtime does. */
const LOOK_MS = 10_000;

/** Reads `tls.crt` and `tls.key` of a folder, as a Secret of type kubernetes.io/tls is mounted. */
export async function readKeyPair(folder: string): Promise<KeyPair> {
  const [cert, key] = await Promise.all(
    ['tls.crt', 'tls.key'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  return { cert: cert ?? '', key: key ?? '' };
}

/** Options of {@link followKeyPair}. */
export interface FollowOptions {
  folder: string;
  /** What is in use. */
  current: KeyPair;
  /** Takes another pair into use; throws when its halves do not fit. */
  renew: (pair: KeyPair) => void;
  clock: Clock;
  logger: Logger;
}

/** Takes a renewed key pair into use while running. What cannot be read or used is told once, and the old one stays. */
export function followKeyPair({ folder, current, renew, clock, logger }: FollowOptions): Timer {
  let pair = current;
  let problem: string | undefined;
  let timer: Timer;
  let cancelled = false;
  const look = async (): Promise<void> => {
    try {
      const found = await readKeyPair(folder);
      if (found.cert === pair.cert && found.key === pair.key) return;
      renew(found);
      pair = found;
      problem = undefined;
      logger.info('took a renewed certificate into use', { folder });
    } catch (error) {
      const told = error instanceof Error && 'code' in error ? String(error.code) : 'unusable';
      if (told !== problem) logger.warn('the certificate cannot be renewed', { folder, error: told });
      problem = told;
    }
  };
  const schedule = (): Timer =>
    clock.after(LOOK_MS, () => {
      void look().finally(() => {
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
