import { MAX_OBJECTS } from '../../../api/names.ts';
import { FLUX_SCHEMAS } from '../../kinds/flux-schemas.generated.ts';

/** What the compiler must know beyond the blueprint. */
export interface CompileContext {
  /** The API version that the cluster serves, by `group/Kind`. A kind of Flux that is missing here is refused. */
  served: ReadonlyMap<string, string>;
  /** The public key of the blueprint's generated age key pair; undefined until that exists. */
  ageRecipient?: string | undefined;
  /**
   * Whether a suspension with scope Generated is in force now. It may end at a point in time, and the compiler reads no
   * clock. Default: false.
   */
  suspendGenerated?: boolean;
  /**
   * Whether a default service account stands in where a blueprint names none, so that the rights of that account decide
   * what can be written. Default: false.
   */
  defaultAccount?: boolean;
  /**
   * Whether references to other namespaces are refused, as Flux does under `--no-cross-namespace-refs`. Default: false.
   */
  noCrossNamespaceRefs?: boolean;
  /** The most objects that one blueprint may generate. Default: {@link MAX_OBJECTS}. */
  maxObjects?: number;
}

/** The context of Flux 2.9, for use where there is no cluster to ask. */
export function offlineContext(): CompileContext {
  return {
    served: new Map(Object.entries(FLUX_SCHEMAS).map(([key, { version }]) => [key, version])),
    maxObjects: MAX_OBJECTS,
  };
}
