import type { AgeKeys } from '../../ports/age-keys.ts';
import type { ClusterTools } from '../session/session.ts';
import type { Streams } from '../terminal/streams.ts';

/** What these commands run with. */
export interface SopsTools extends ClusterTools {
  streams: Streams;
  /** Loads what makes and reads keys, when it is needed. */
  ageKeys: () => Promise<AgeKeys>;
}
