import { KIND } from '../../src/api/names.ts';
import type { KubeObject } from '../../src/api/object.ts';
import type { ComponentStatus, Status } from '../../src/api/schema/status.ts';
import { assessHealth } from '../../src/core/health.ts';
import { waitFor } from '../harness/client.ts';
import type { Tenant } from '../operator/tenant.ts';
import type { Timeline } from './timeline.ts';

/** A failure that Flux tells, and that a blueprint's status tells too. */
export interface Told {
  /** What the status says of the object. */
  cause: ComponentStatus;
  /** How much later than Flux, in milliseconds. */
  laterMs: number;
}

/** Waits until Flux says in such words that an object failed, and then until the status of a blueprint says so too. */
export async function untilTold(
  timeline: Timeline,
  blueprint: string,
  [kind, name]: readonly [kind: string, name: string],
  words: RegExp,
): Promise<Told> {
  const isSo = ({ state, message = '' }: { state: string; message?: string }): boolean =>
    state === 'Failed' && words.test(message);
  const flux = await timeline.until('fails', kind, name, (object) => isSo(assessHealth(object)));
  const findCause = (object: KubeObject): ComponentStatus | undefined =>
    ((object['status'] ?? {}) as Status).components?.find((component) => {
      return component.kind === kind && component.name === name && isSo(component);
    });
  const told = await timeline.until(`tells of ${kind}/${name}`, KIND, blueprint, (object) => {
    return findCause(object) !== undefined;
  });
  return { cause: findCause(told.object) as ComponentStatus, laterMs: told.ms - flux.ms };
}

/** Waits until exactly these objects are blocked, by their names, each with what blocks it. */
export async function untilBlocked(
  tenant: Tenant,
  blueprint: string,
  wanted: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  await waitFor(`it is told that ${Object.keys(wanted).join(', ')} are blocked`, async () => {
    const { components = [] } = await tenant.status(blueprint);
    const blocked = components.filter(({ state }) => state === 'Blocked');
    const found = Object.fromEntries(blocked.map(({ name, blockedBy = [] }) => [name, blockedBy]));
    if (JSON.stringify(found) === JSON.stringify(wanted)) return true;
    throw new Error(JSON.stringify(components));
  });
}
