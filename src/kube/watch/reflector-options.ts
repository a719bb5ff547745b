import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { CopyRoom } from '../../ports/reflector.ts';
import type { Transport } from '../http/transport.ts';

/** Options of an {@link ApiReflector}. */
export interface ReflectorOptions {
  transport: Transport;
  clock: Clock;
  /** Returns a number in [0, 1), for jitter. */
  random: () => number;
  logger: Logger;
  /** What all reflectors together have for objects that are held whole. Default: there is always room. */
  room?: CopyRoom;
  /** Objects per page of a list. Default: 500, as in client-go. */
  pageSize?: number;
  /**
   * How long a watch may deliver nothing before it counts as dead, in milliseconds. Default: 300,000. The API server
   * sends a bookmark about every minute, so a live watch never reaches this. Without bookmarks it is only resumed.
   */
  idleTimeoutMs?: number;
  /** The pause before the first retry, in milliseconds; each further one doubles it. Default: 800, as in client-go. */
  baseDelayMs?: number;
  /** The longest pause before a retry, in milliseconds; at most 5000 while nothing answers. Default: 30,000. */
  maxDelayMs?: number;
}
