import { KIND } from '../../../src/api/names.ts';
import type { ComponentState, ComponentStatus, Status } from '../../../src/api/schema/status.ts';
import { assessHealth } from '../../../src/core/health/health.ts';
import { type Cause, untilCause } from './causes.ts';
import type { Scenario } from './scenario.ts';
import type { Timeline } from '../../harness/flux/timeline.ts';

/** How much later than Flux a status may be at most, in milliseconds. */
export const SOON_MS = 5_000;

/**
 * {@link untilCause}, which also rejects where the status was more than {@link SOON_MS} later than Flux. `timeline` has
 * recorded both.
 */
export async function untilSoonCause(
  { tenant }: Scenario,
  timeline: Timeline,
  cause: Cause,
  blueprint: string,
): Promise<ComponentStatus> {
  const answer = await untilCause(tenant, cause, blueprint);
  const [kind = '', name = ''] = cause.object.split('/');
  const isSo = ({ state, message = '' }: { state: ComponentState; message?: string }): boolean =>
    state === 'Failed' && cause.says.test(message);
  const flux = await timeline.until('fails', kind, name, (object) => isSo(assessHealth(object)));
  const reported = await timeline.until(`reports ${cause.object}`, KIND, blueprint, ({ status }) => {
    const { components = [] } = (status ?? {}) as Status;
    return components.some((one) => one.kind === kind && one.name === name && isSo(one));
  });
  const laterMs = reported.ms - flux.ms;
  if (laterMs > SOON_MS) throw new Error(`the status reported ${cause.object} ${laterMs} ms later than Flux`);
  return answer;
}
