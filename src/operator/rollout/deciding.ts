import type { ChangePlan, MovedRefs } from '../../core/rollout/change-plan.ts';
import type { Decision } from '../../core/rollout/decide.ts';
import type { StoredRevision } from '../../core/rollout/revision.ts';
import type { StagePlace } from '../../core/rollout/stages.ts';
import type { Compilation } from '../memory/compile-cache.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import type { StoredRevisions } from './stored-revisions.ts';

/** What of the compiler's context a reconcile knows only when the present spec is compiled. */
export interface Compiling {
  /** Whether Flux is suspended on what the blueprint generates. */
  suspended: boolean;
  /** The public key of the blueprint's age pair, where it has one. */
  ageRecipient: string | undefined;
  /** What only gets another place by the present spec. */
  moved: MovedRefs;
}

/** What is decided with. */
export interface Deciding {
  context: ReconcileContext;
  /** What the blueprint says now. */
  wanted: Compilation;
  revision: StoredRevision;
  revisions: StoredRevisions;
  places: readonly StagePlace[];
  compiling: Compiling;
}

/** What was decided about one stage. */
export interface Decided {
  place: StagePlace;
  decision: Decision;
  /** The change that waits; undefined where none does. */
  plan: ChangePlan | undefined;
}
