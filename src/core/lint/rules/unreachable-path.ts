import { objectKey } from '../../../api/object.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import { memoize } from '../../values/memoize.ts';
import type { LintRule } from '../model/input.ts';
import { plainWay } from '../../values/plain-way.ts';
import { specField, specList } from '../model/spec-field.ts';

/**
 * A component that reads a folder which its source leaves out, by `onlyPaths` or `sparseCheckout`: Flux finds no such
 * path at any revision. Nothing is known of a source that includes others, which may bring the folder, nor of rules for
 * ignoring that are written in another form than `onlyPaths` has.
 */
export const unreachablePath: LintRule = {
  id: 'unreachable-path',
  find: ({ desired }, report) => {
    const sources = new Map(desired.objects.map((object) => [keyOf(object), object]));
    const keptBy = memoize(readKept);
    for (const object of desired.objects) {
      const use = useOf(object);
      const source = use === undefined ? undefined : sources.get(use.source);
      if (use === undefined || source === undefined || use.way === '') continue;
      for (const { field, keeps } of keptBy(source))
        if (!keeps(use.way))
          report({
            severity: 'error',
            path: object.originOf(use.steps),
            message: `reads a folder that ${source.title} leaves out by \`${field}\`, so that Flux never finds it: add the folder there, or read another`,
          });
    }
  },
};

function keyOf({ ref }: DesiredObject): string {
  return objectKey(ref.kind, ref.namespace ?? '', ref.name);
}

/** The folder that an object reads, where it is written, and the key of its source. */
interface Use {
  way: string;
  steps: readonly string[];
  source: string;
}

const READERS: Readonly<
  Partial<Record<string, { reference: readonly string[]; folder: readonly string[] }>>
> = {
  Kustomization: { reference: ['sourceRef'], folder: ['path'] },
  HelmRelease: { reference: ['chart', 'spec', 'sourceRef'], folder: ['chart', 'spec', 'chart'] },
};

function useOf(object: DesiredObject): Use | undefined {
  const reader = READERS[object.ref.kind];
  if (reader === undefined) return undefined;
  const [kind, name, namespace] = ['kind', 'name', 'namespace'].map((field) =>
    specField(object, ...reader.reference, field),
  );
  const folder = specField(object, ...reader.folder);
  if (typeof kind !== 'string' || typeof name !== 'string' || typeof folder !== 'string') return undefined;
  const source = objectKey(
    kind,
    typeof namespace === 'string' ? namespace : (object.ref.namespace ?? ''),
    name,
  );
  return { way: plainWay(folder), steps: reader.folder, source };
}

/** What a source keeps by one of its fields. */
interface Kept {
  field: 'onlyPaths' | 'sparseCheckout';
  keeps: (way: string) => boolean;
}

function readKept(source: DesiredObject): Kept[] {
  if (specField(source, 'include') !== undefined) return [];
  const only = readOnlyPaths(specField(source, 'ignore'));
  const sparse = specList(source, 'sparseCheckout').filter((folder) => typeof folder === 'string');
  return [
    ...(only === undefined ? [] : [{ field: 'onlyPaths' as const, keeps: keepFolders(only) }]),
    // go-git keeps each file of which the path begins like this: `app` keeps `apps` too.
    ...(sparse.length === 0 ? [] : [{ field: 'sparseCheckout' as const, keeps: keepBeginnings(sparse) }]),
  ];
}

/** Keeps folders, what is in them, and the folders on the way to them. It takes as many steps as a way has. */
function keepFolders(folders: readonly string[]): (way: string) => boolean {
  const [whole, onTheWay] = [new Set(folders), new Set(folders.flatMap(waysTo))];
  return (way) => onTheWay.has(way) || waysTo(way).some((each) => whole.has(each));
}

/** The most beginnings that are compared. Nobody writes more, and a tenant might, for each of many components. */
const MAX_BEGINNINGS = 100;

function keepBeginnings(written: readonly string[]): (way: string) => boolean {
  const folders = written.map(plainWay);
  const onTheWay = new Set(folders.flatMap(waysTo));
  return (way) =>
    folders.length > MAX_BEGINNINGS || onTheWay.has(way) || folders.some((folder) => way.startsWith(folder));
}

/** The longest way that is read, in characters. A longer one is cut. */
const MAX_WAY = 1024;

/** A folder and the folders that hold it, but for the root: `a/b` → `a`, `a/b`. */
function waysTo(folder: string): string[] {
  const steps = folder.slice(0, MAX_WAY).split('/');
  return steps.map((_, i) => steps.slice(0, i + 1).join('/'));
}

/**
 * The folders that rules in the form of `onlyPaths` keep; undefined for other rules. Of a folder that is opened only as
 * far as the next one a line excludes the rest.
 */
function readOnlyPaths(ignore: unknown): string[] | undefined {
  if (typeof ignore !== 'string' || !ignore.startsWith('/*\n')) return undefined;
  const lines = ignore.trimEnd().split('\n').slice(1);
  const opened = new Set<string>();
  const kept: string[] = [];
  for (const line of lines) {
    const [, open, close] = /^(?:!\/([A-Za-z0-9._@+\-/]+)\/|\/([A-Za-z0-9._@+\-/]+)\/\*)$/.exec(line) ?? [];
    if (open === undefined && close === undefined) return undefined;
    if (open === undefined) opened.add(close ?? '');
    else kept.push(open);
  }
  return kept.filter((folder) => !opened.has(folder));
}
