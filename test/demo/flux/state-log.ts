import { displayName, type KubeObject } from '../../../src/api/object.ts';
import type { ComponentState } from '../../../src/api/schema/status.ts';
import { assessWithSource, chartAwaitedBy } from '../../../src/core/health/health-with-source.ts';
import { sourceOf } from '../../../src/core/health/source-revision.ts';
import type { Seen } from '../observe.ts';

/** A state that an object came to. */
export interface Reached {
  object: KubeObject;
  state: ComponentState;
  message: string;
  /** As Flux reports it, with the first digits of its digest; empty if the object has none. */
  revision: string;
  /** When it was seen, in milliseconds since the start of the scene. */
  ms: number;
}

/**
 * The states that objects have reached since a moment, in order. It takes their sources into account, as the operator
 * does. Changes that leave an object in its state are left out.
 * @param seen everything that was seen, also before that moment
 */
export function findReached(seen: readonly Seen[], since: number): Reached[] {
  const objects = new Map<string, KubeObject>();
  const last = new Map<string, string>();
  return seen.flatMap(({ name, type, object, at }) => {
    if (type === 'Deleted') {
      last.delete(name);
      return [];
    }
    objects.set(name, object);
    const source = sourceOf(object);
    const health = assess(object, source && objects.get(displayName(source)));
    const key = health.state === 'Ready' ? `Ready ${health.revision}` : health.state;
    const isNews = last.get(name) !== key;
    last.set(name, key);
    return isNews && at >= since ? [{ object, ...health, ms: at - since }] : [];
  });
}

function assess(
  object: KubeObject,
  source: KubeObject | undefined,
): Pick<Reached, 'state' | 'message' | 'revision'> {
  const { state, message = '', revision = '' } = assessWithSource(object, source);
  return {
    state: chartAwaitedBy(object) === undefined ? state : 'Progressing',
    message: message.split('\n')[0] ?? '',
    revision: shortenRevision(revision),
  };
}

/** The state that each object came to last, by `Kind/namespace/name`. */
export function lastReached(reached: readonly Reached[]): Map<string, Reached> {
  return new Map(reached.map((each) => [displayName({ ...each.object, ...each.object.metadata }), each]));
}

/** A revision such as `main@sha1:0123456`. */
function shortenRevision(revision: string): string {
  return revision.replace(/(sha\d+:[0-9a-f]{7})[0-9a-f]+/u, '$1');
}
