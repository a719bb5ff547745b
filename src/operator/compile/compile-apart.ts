import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { CompileContext } from '../../core/compile/model/context.ts';
import { Reason } from '../../core/status/conditions.ts';
import type { ApartMemory } from '../memory/compile-apart.ts';
import type { CompileCache } from '../memory/compile-cache.ts';
import type { Ending } from '../context/ending.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { endInState } from '../context/refuse.ts';

/** After how long the status says that a blueprint is still being compiled, in milliseconds. */
const REPORT_MS = 1_000;

/** A version of a blueprint that is to be compiled: the present one, or a stored revision. */
export interface CompileSubject {
  /** The blueprint in this version. */
  blueprint: Blueprint;
  compiled: CompileCache;
  apart: ApartMemory;
  /** Reads it again; undefined where it is gone. */
  read: () => Promise<Blueprint | undefined>;
}

/**
 * Has a large blueprint compiled in another process, and ends the reconcile: no worker waits for it. The blueprint is
 * reconciled again when that is over. A blueprint rests after it, so that the others have their turns.
 */
export function compileApart(
  context: ReconcileContext,
  { blueprint, apart, read }: CompileSubject,
  compileContext: CompileContext,
): Ending {
  const { deps, key, progress } = context;
  apart.recordLarge(blueprint);
  if (apart.underWay !== undefined) return reportWait(context, 'is being compiled', apart.underWay);
  const restMs = apart.restMs(deps.clock.monotonic());
  if (restMs > 0) {
    progress.requeueWithin(restMs);
    // Without the time, because every other text would be another write of the status.
    return reportWait(context, 'is compiled within two minutes, because that takes long');
  }
  const compilation = deps.compiler.compile({ key, read, context: compileContext });
  apart.follow(compileContext, compilation, () => deps.clock.monotonic());
  progress.requeueWithin(REPORT_MS);
  return { outcome: { kind: 'waiting', reason: 'the blueprint is being compiled', until: apart.underWay } };
}

function reportWait(context: ReconcileContext, what: string, until?: Promise<void>): Ending {
  const message = `the blueprint ${what}; what it generated stays as it is until then`;
  const state = { type: 'progressing', reason: Reason.Progressing, message } as const;
  return endInState(context, state, { kind: 'waiting', reason: message, until });
}

/** Ends a reconcile whose blueprint could not be compiled for a reason that is not its own; it is tried again. */
export function failCompile(context: ReconcileContext, why: string): Ending {
  const message = `the blueprint could not be compiled: ${why}`;
  const state = { type: 'failing', reason: Reason.ReconcileFailed, message, retrying: true } as const;
  return endInState(context, state, { kind: 'failed', error: new Error(message) });
}
