import { displayName } from '../../../src/api/object.ts';
import type { ComponentStatus, Condition } from '../../../src/api/schema/status.ts';
import type { Tenant } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

/** A failure that a status must report. */
export interface Cause {
  /** The object that fails, as `Kind/name`. */
  object: string;
  /** Matches Flux's message about it. */
  says: RegExp;
  /** The objects that must wait for it, as `Kind/name`, sorted. Default: none. */
  blocks?: string[];
}

/**
 * Waits until the status of a blueprint (default: the tenant's only one) names an object as the first root cause, in
 * the words of Flux, and shows exactly `blocks` as blocked by it. Answers the entry of that object.
 */
export async function untilCause(tenant: Tenant, cause: Cause, blueprint?: string): Promise<ComponentStatus> {
  const [kind = '', name = ''] = cause.object.split('/');
  const value = await waitFor(`the status names ${cause.object} as the cause`, async () => {
    const { components = [], conditions = [] } = await tenant.status(blueprint);
    const words = fluxWords((await tenant.get(kind, name))['status'] as FluxStatus | undefined);
    const [reported] = components;
    const isReported =
      reported?.kind === kind &&
      reported.name === name &&
      isInWordsOf(words, reported, cause.says) &&
      isSaid(conditions, reported) &&
      blockedBy(reported, components).join() === (cause.blocks ?? []).join();
    if (isReported) return reported;
    throw new Error(JSON.stringify({ words, components, conditions }));
  });
  return value;
}

interface FluxStatus {
  conditions?: Condition[];
}

/** Flux's reasons why an object is not ready. */
function fluxWords({ conditions = [] }: FluxStatus = {}): string[] {
  return conditions
    .filter(({ type, status }) => (type === 'Ready' ? status !== 'True' : type === 'Stalled'))
    .map(({ message }) => message);
}

function isInWordsOf(words: string[], { state, message = '' }: ComponentStatus, says: RegExp): boolean {
  return state === 'Failed' && says.test(message) && words.some((one) => message.includes(one));
}

/** Whether the blueprint's own condition names it too. */
function isSaid(conditions: Condition[], { message = '' }: ComponentStatus): boolean {
  const ready = conditions.find(({ type }) => type === 'Ready');
  return ready?.reason === 'ComponentFailed' && ready.message.includes(message);
}

function blockedBy(cause: ComponentStatus, components: readonly ComponentStatus[]): string[] {
  const root = displayName(cause);
  return components
    .filter((one) => one.blockedBy?.includes(root))
    .map(({ kind, name }) => `${kind}/${name}`)
    .sort();
}
