/**
 * Reads files: from texts to the Flux and External Secrets objects in them, each with its file and line, and to what
 * was left out with the reason. Nothing here knows blueprints. Begin with `read-files.ts`.
 */
import { splitApiVersion } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { emptyObject, isObject, own, textAt } from '../../values/json.ts';

/** A file of the repository. */
export interface SourceFile {
  /** Its path from the root of the repository, with `/` between its parts. */
  path: string;
  text: string;
}

/** Where something stands. */
export interface Place {
  file: string;
  /** The line, from 1. */
  line: number;
}

/** An object as it was read. */
export interface SourceObject extends Place {
  apiVersion: string;
  group: string;
  kind: string;
  /** Undefined where the file names none. */
  namespace: string | undefined;
  name: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  spec: JsonObject;
  /** Why no blueprint can hold it; undefined where one can, as far as its form says. */
  unfit: string | undefined;
  /** The text of its document, for its comments and lines. */
  text: string;
}

/** Something that was left out, and why. */
export interface Skipped extends Place {
  /** What it is, for people: `HelmRelease apps/shop`, or a file's name. */
  what: string;
  reason: string;
}

/** Something to know about what was taken. */
export interface Note extends Place {
  message: string;
}

/** The fields of an object that a blueprint can say, and those that only the cluster writes. */
const FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'spec', 'status']);
const METADATA: ReadonlySet<string> = new Set([
  'name',
  'namespace',
  'labels',
  'annotations',
  'creationTimestamp',
  'resourceVersion',
  'uid',
  'generation',
  'managedFields',
  'selfLink',
]);

/** The object in a value that has an apiVersion and a kind; undefined where it has no name. */
export function toSourceObject(value: JsonObject, place: Place & { text: string }): SourceObject | undefined {
  const name = textAt(value, ['metadata', 'name']);
  const [apiVersion, kind] = [textAt(value, ['apiVersion']) ?? '', textAt(value, ['kind']) ?? ''];
  if (name === undefined) return undefined;
  const metadata = own(value, 'metadata') as JsonObject;
  const spec = own(value, 'spec');
  const { file, line, text } = place;
  return {
    file,
    line,
    text,
    apiVersion,
    group: splitApiVersion(apiVersion).group,
    kind,
    namespace: textAt(metadata, ['namespace']),
    name,
    labels: textsIn(own(metadata, 'labels')),
    annotations: textsIn(own(metadata, 'annotations')),
    spec: isObject(spec) ? spec : emptyObject(),
    unfit: findUnfit(value, metadata),
  };
}

function textsIn(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function findUnfit(value: JsonObject, metadata: JsonObject): string | undefined {
  const field = Object.keys(value).find((key) => !FIELDS.has(key));
  if (field !== undefined) return `has \`${field}\` beside its spec, which no blueprint can say`;
  const other = Object.keys(metadata).find((key) => !METADATA.has(key));
  if (other !== undefined) return `has \`metadata.${other}\`, which no blueprint can say`;
  for (const map of ['labels', 'annotations'] as const) {
    const written = own(metadata, map);
    if (isObject(written) && Object.values(written).some((text) => typeof text !== 'string'))
      return `has a value in \`metadata.${map}\` that is no text, which Kubernetes refuses: quote it`;
  }
  const spec = own(value, 'spec');
  if (spec !== undefined && spec !== null && !isObject(spec)) return 'has a `spec` that is no map';
  return undefined;
}

/** Names an object for people: `HelmRelease apps/shop`. */
export function describeObject({
  kind,
  namespace,
  name,
}: Pick<SourceObject, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace === undefined || namespace === '' ? '' : `${namespace}/`}${name}`;
}
