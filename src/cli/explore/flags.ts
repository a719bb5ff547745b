import type { ClusterFlags } from '../session/flags.ts';

/** The values of the flags that `graph` and `explain` have both. */
export interface ExploreFlags extends ClusterFlags {
  /** Which of several blueprints of a file. */
  blueprint?: string;
}
