import { MAX_OBJECTS } from '../../../api/names.ts';
import { FLUX_SCHEMAS } from '../../kinds/flux-schemas.generated.ts';

/** What the compiler must know beyond the blueprint. */
export interface CompileContext {
  /** The version that is served of a kind, by `group/Kind`; a kind that is not in it cannot be generated. */
  served: ReadonlyMap<string, string>;
  /** The public key of the blueprint's age key pair, where that exists. */
  ageRecipient?: string | undefined;
  /** Whether a suspension with scope Generated is in force; it ends by the clock, which the compiler does not read. */
  suspendGenerated?: boolean;
  /** Whether an account that the blueprint does not name stands in for one: its rights then say what can be written. */
  defaultAccount?: boolean;
  /** Whether references to sources of other namespaces are refused, as Flux does under the flag of this name. */
  noCrossNamespaceRefs?: boolean;
  /** The most objects that one blueprint may generate. Default: {@link MAX_OBJECTS}. */
  maxObjects?: number;
}

/** Flux 2.9, as used where there is no cluster to ask. */
export function offlineContext(): CompileContext {
  return {
    served: new Map(Object.entries(FLUX_SCHEMAS).map(([key, { version }]) => [key, version])),
    maxObjects: MAX_OBJECTS,
  };
}
