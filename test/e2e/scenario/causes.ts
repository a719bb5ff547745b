import { displayName } from '../../../src/api/object.ts';
import type { ComponentStatus, Condition } from '../../../src/api/schema/status.ts';
import type { Tenant } from '../../harness/blueprint/tenant.ts';
import { waitFor } from '../../harness/wait-for.ts';

/** A failure that a status is to tell. */
export interface Cause {
  /** The object that fails, as `Kind/name`. */
  object: string;
  /** Of what Flux says of it. */
  says: RegExp;
  /** The objects that are to wait for it, as `Kind/name`, sorted. Default: none. */
  blocks?: string[];
}

/**
 * Waits until the status of a blueprint (default: the tenant's only one) names an object as the first root cause, tells of it what Flux does,
 * and shows just those objects as blocked by it. Answers what it tells.
 */
export async function untilCause(tenant: Tenant, cause: Cause, blueprint?: string): Promise<ComponentStatus> {
  const [kind = '', name = ''] = cause.object.split('/');
  const value = await waitFor(`the status names ${cause.object} as the cause`, async () => {
    const { components = [], conditions = [] } = await tenant.status(blueprint);
    const words = fluxWords((await tenant.get(kind, name))['status'] as FluxStatus | undefined);
    const [told] = components;
    const isTold =
      told?.kind === kind &&
      told.name === name &&
      isInWordsOf(words, told, cause.says) &&
      isSaid(conditions, told) &&
      blockedBy(told, components).join() === (cause.blocks ?? []).join();
    if (isTold) return told;
    throw new Error(JSON.stringify({ words, components, conditions }));
  });
  return value;
}

interface FluxStatus {
  conditions?: Condition[];
}

/** What Flux gives as reasons why an object is not ready. */
function fluxWords({ conditions = [] }: FluxStatus = {}): string[] {
  return conditions
    .filter(({ type, status }) => (type === 'Ready' ? status !== 'True' : type === 'Stalled'))
    .map(({ message }) => message);
}

function isInWordsOf(words: string[], { state, message = '' }: ComponentStatus, says: RegExp): boolean {
  return state === 'Failed' && says.test(message) && words.some((one) => message.includes(one));
}

/** Whether the blueprint's own condition tells of it too. */
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
