import type { ReflectorOptions } from '../../../src/kube/watch/reflector-options.ts';
import { ApiReflector } from '../../../src/kube/watch/reflector.ts';
import type { Change, WatchTarget } from '../../../src/ports/reflector.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { recordLog, type LogLine } from '../record-log.ts';
import { widgets, type Client } from './environment.ts';

/** Where the API server lists and watches Widgets of all namespaces; namespaced targets have their own path. */
export function widgetsPath(namespace: string): string {
  return `/apis/${widgets.group}/v1/namespaces/${namespace}/widgets`;
}

/** A running reflector, with everything that it reported. */
export interface Watching {
  reflector: ApiReflector;
  changes: Change[];
  log: LogLine[];
  /** The changes so far, in short: `Added a`. */
  reported(): string[];
  /** The store, in short: names in order. */
  names(): string[];
}

/** How a test's reflector differs from the others. */
export interface WatchingOptions extends Partial<ReflectorOptions> {
  target?: Partial<WatchTarget>;
  /** Called with each change before it is recorded. */
  onChange?: (change: Change) => void;
}

/** Starts a reflector of the Widgets in a namespace, with short pauses between its retries. */
export function startWatching(
  { transport }: Client,
  namespace: string,
  { target, onChange, ...options }: WatchingOptions = {},
): Watching {
  const logger = recordLog();
  const reflector = new ApiReflector(
    { type: widgets, namespace, ...target },
    {
      transport,
      clock: systemClock,
      random: Math.random,
      logger,
      baseDelayMs: 20,
      maxDelayMs: 200,
      ...options,
    },
  );
  const changes: Change[] = [];
  reflector.start((change) => {
    onChange?.(change);
    changes.push(change);
  });
  return {
    reflector,
    changes,
    log: logger.lines,
    reported: () => changes.map(({ type, object }) => `${type} ${object.metadata.name}`),
    names: () => [...reflector.store.list()].map(({ metadata }) => metadata.name).sort(),
  };
}

/** Starts a reflector as {@link startWatching} does, and waits for its first list. */
export async function watchWidgets(
  client: Client,
  namespace: string,
  options?: WatchingOptions,
): Promise<Watching> {
  const watching = startWatching(client, namespace, options);
  await watching.reflector.waitForSync();
  return watching;
}

/** Checks the order of the changes that a reflector reported; answers every breach of its rules. */
export function findBreaches(changes: readonly Change[]): string[] {
  const known = new Map<string, string>();
  const seen = new Set<string>();
  return changes.flatMap((change) => {
    const { name, uid = '', resourceVersion = '' } = change.object.metadata;
    const before = known.get(name);
    const version = `${change.type} ${uid} ${resourceVersion}`;
    const expected = { Added: undefined, Modified: versionBefore(change), Deleted: before ?? 'something' }[
      change.type
    ];
    const breach = before !== expected || seen.has(version);
    seen.add(version);
    if (change.type === 'Deleted') known.delete(name);
    else known.set(name, resourceVersion);
    return breach ? [`${version} of ${name}, reported before: ${before ?? 'nothing'}`] : [];
  });
}

function versionBefore(change: Change): string | undefined {
  return change.type === 'Modified' ? change.old.metadata.resourceVersion : undefined;
}
