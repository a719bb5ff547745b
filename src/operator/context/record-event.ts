import type { EventInput } from '../../ports/event-recorder.ts';
import type { DeletionContext } from './reconcile-context.ts';

/** Records an event on the blueprint. Default action: `Reconcile`. */
export function recordEvent(
  { deps, blueprint }: Pick<DeletionContext, 'deps' | 'blueprint'>,
  event: Pick<EventInput, 'type' | 'reason' | 'note'> & Partial<Pick<EventInput, 'action'>>,
): void {
  deps.events.record({ action: 'Reconcile', ...event, regarding: blueprint });
}
