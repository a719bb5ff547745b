import type { Layering } from '../../core/import/build/group-layers.ts';
import type { Depth } from '../../core/import/clusters/to-cluster.ts';
import type { ClusterFlags } from '../session/flags.ts';

/** The values of the flags of `import`. */
export interface ImportFlags extends ClusterFlags {
  depth: Depth;
  layers?: Layering;
  cluster?: boolean;
  check?: boolean;
  out?: string;
  force?: boolean;
  output: 'yaml' | 'json';
}
