import { type KubeObject, refOf } from '../../api/object.ts';
import { listGenerated } from '../../core/inspect/events.ts';
import {
  type LogEntry,
  LogFilter,
  parseLogLine,
  printLogEntry,
  sortEntries,
} from '../../core/inspect/log-lines.ts';
import { isObject, textAt, valueAt } from '../../core/values/json.ts';
import { AccessError, type PodRef } from '../session/access.ts';
import { CommandError } from '../session/explain-failure.ts';
import { findBlueprint } from '../session/find-blueprint.ts';
import type { Session } from '../session/session.ts';

/** The values of the flags of `logs`. */
export interface LogsOptions {
  follow?: boolean;
  /** How old lines may be, in milliseconds. */
  since: number;
  /** The namespace of Flux's controllers. */
  fluxNamespace: string;
  /** The namespace of the operator. */
  operatorNamespace: string;
}

/** The most pods that are read, and the most lines of each. */
const MAX_PODS = 50;
const MAX_LINES = 20_000;

/** The most lines that are shown, counted from the newest, where they are not followed. */
const MAX_SHOWN = 5_000;

const POD = { apiVersion: 'v1', kind: 'Pod' } as const;

/** How the pods of the controllers are labelled. */
const LABELS = { flux: 'app.kubernetes.io/part-of=flux', operator: 'app.kubernetes.io/name=fluxblueprint' };

/** `logs NAME`: what the controllers logged about a blueprint and what it generated. */
export async function showLogs(session: Session, name: string, options: LogsOptions): Promise<void> {
  const blueprint = await findBlueprint(session, name);
  const filter = new LogFilter([refOf(blueprint), ...listGenerated(blueprint)]);
  const pods = await listPods(session, options);
  if (pods.length === 0)
    throw new CommandError(
      `no pod of Flux runs in namespace ${options.fluxNamespace}: name another one by --flux-namespace`,
    );
  const read = (pod: PodRef): AsyncGenerator<LogEntry> => readEntries(session, pod, filter, options);
  if (options.follow === true) {
    await Promise.all(pods.map(async (pod) => printAsTheyCome(session, read(pod))));
    return;
  }
  const lists = await Promise.all(pods.map(async (pod) => takeNewest(read(pod))));
  const entries = sortEntries(lists.flat()).slice(-MAX_SHOWN);
  for (const entry of entries) session.print(printLogEntry(entry, session.layout));
  if (entries.length === 0)
    session.say(
      'waiting',
      `nothing was logged about FluxBlueprint ${name} for that long; --since looks farther back`,
    );
}

async function listPods(session: Session, options: LogsOptions): Promise<PodRef[]> {
  const places = [
    { namespace: options.fluxNamespace, labels: LABELS.flux },
    { namespace: options.operatorNamespace, labels: LABELS.operator },
  ];
  const hidden: AccessError[] = [];
  const lists = await Promise.all(
    places.map((place) =>
      session.access.list(POD, place, containerOf).catch((failure: unknown) => {
        if (!(failure instanceof AccessError) || failure.reason !== 'Forbidden') throw failure;
        hidden.push(failure);
        return [];
      }),
    ),
  );
  const [first, ...others] = hidden;
  if (first === undefined) return lists.flat().slice(0, MAX_PODS);
  // Whoever may see the one sees what is there, and who may see none is told why.
  if (others.length > 0) throw first;
  session.say(
    'waiting',
    `logs are not shown that you may not read: those in ${first.attempt.namespace ?? ''}`,
  );
  return lists.flat().slice(0, MAX_PODS);
}

/** The container of a controller's pod: the one that kubectl takes, else the first. Undefined before it has run. */
function containerOf({ metadata, spec, status }: KubeObject): PodRef | undefined {
  if (textAt(status, ['phase']) === 'Pending') return undefined;
  const named = metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  const containers = valueAt(spec, ['containers']);
  const [first] = Array.isArray(containers) ? containers.filter(isObject) : [];
  const container = named ?? textAt(first, ['name']);
  return container === undefined
    ? undefined
    : { namespace: metadata.namespace ?? '', name: metadata.name, container };
}

async function* readEntries(
  session: Session,
  pod: PodRef,
  filter: LogFilter,
  { since, follow = false }: LogsOptions,
): AsyncGenerator<LogEntry> {
  const bounds = { sinceSeconds: Math.max(1, Math.ceil(since / 1000)), tailLines: MAX_LINES, follow };
  for await (const line of session.access.readLog(pod, bounds)) {
    const entry = parseLogLine(line);
    if (entry !== undefined && filter.includes(entry)) yield entry;
  }
}

async function printAsTheyCome(session: Session, entries: AsyncGenerator<LogEntry>): Promise<void> {
  for await (const entry of entries) session.print(printLogEntry(entry, session.layout));
}

async function takeNewest(entries: AsyncGenerator<LogEntry>): Promise<LogEntry[]> {
  const kept: LogEntry[] = [];
  for await (const entry of entries) {
    kept.push(entry);
    if (kept.length > 2 * MAX_SHOWN) kept.splice(0, kept.length - MAX_SHOWN);
  }
  return kept;
}
