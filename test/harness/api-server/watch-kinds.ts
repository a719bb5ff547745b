import type { KubeObject } from '../../../src/api/object.ts';
import { createReflectorFactory } from '../../../src/kube/watch/reflector.ts';
import type { Change, WatchTarget } from '../../../src/ports/reflector.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { recordLog } from '../record-log.ts';
import type { TestClient } from './client.ts';

/** A kind, by which discovery finds its version. */
interface GroupKind {
  group: string;
  kind: string;
}

/** How kinds are watched: default, all objects of all namespaces, with the pauses of a reflector. */
export interface WatchKindsOptions extends Omit<WatchTarget, 'type'> {
  /** The longest pause before a retry, in milliseconds. */
  maxDelayMs?: number;
}

/** Watches that run. */
export interface KindWatches {
  /** All objects that exist now. */
  readonly objects: KubeObject[];
  /** Ends the watches. */
  stop(): Promise<void>;
}

/**
 * Watches kinds, and resolves when every watch has its first list. Rejects where a kind is not served.
 * @param onChange is called with every change, and with the kind of its object
 */
export async function watchKinds(
  { transport, discovery }: TestClient,
  kinds: readonly GroupKind[],
  { maxDelayMs, ...target }: WatchKindsOptions,
  onChange: (change: Change, kind: string) => void = () => undefined,
): Promise<KindWatches> {
  const create = createReflectorFactory({
    transport,
    clock: systemClock,
    random: Math.random,
    logger: recordLog(),
    ...(maxDelayMs === undefined ? {} : { maxDelayMs }),
  });
  const types = kinds.map(({ group, kind }) => {
    const type = discovery.find(group, kind);
    if (type === undefined) throw new Error(`${kind} is not served`);
    return type;
  });
  const reflectors = types.map((type) => {
    const reflector = create({ ...target, type });
    reflector.start((change) => {
      onChange(change, type.kind);
    });
    return reflector;
  });
  await Promise.all(reflectors.map((reflector) => reflector.waitForSync()));
  return {
    get objects() {
      return reflectors.flatMap(({ store }) => [...store.list()]);
    },
    stop: async () => {
      await Promise.all(reflectors.map((reflector) => reflector.stop()));
    },
  };
}
