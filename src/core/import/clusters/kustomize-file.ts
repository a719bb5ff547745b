import { isObject, own } from '../../values/json.ts';
import { readDocuments } from '../../yaml/documents/read-documents.ts';
import { MarkBudget, TooManyMarks } from '../../yaml/tokens/fault.ts';
import type { SourceFile } from '../read/source-object.ts';
import { folderOf, joinPaths } from './paths.ts';

/** What a file of kustomize says, as far as it matters here. */
export interface KustomizeFile {
  path: string;
  /** The files and folders that it includes, as normalized paths. */
  resources: string[];
  /** What it includes from elsewhere, which needs a network. */
  remote: string[];
  /** The files of its patches. */
  patches: string[];
  /** The namespace that it sets; undefined where it sets none. */
  namespace: string | undefined;
  /** Whether it changes objects in more than their namespace, so that only kustomize can say what comes of it. */
  changes: boolean;
  /** Why it cannot be read; undefined where it can. */
  wrong: string | undefined;
}

/** The names of files of kustomize. */
const NAMES: ReadonlySet<string> = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization']);

/** Whether a path is that of a file of kustomize. */
export function isKustomizeFile(path: string): boolean {
  return NAMES.has(path.slice(path.lastIndexOf('/') + 1));
}

/** Fields that may change objects of Flux. */
const CHANGING = [
  'namePrefix',
  'nameSuffix',
  'commonLabels',
  'labels',
  'commonAnnotations',
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'replacements',
  'vars',
  'configurations',
  'transformers',
  'components',
  'generators',
  'helmCharts',
] as const;

/** The most marks (keys, values, brackets, commas) that a file of kustomize may have. */
const MAX_MARKS = 100_000;

/** Reads a file of kustomize. */
export function readKustomizeFile({ path, text }: SourceFile): KustomizeFile {
  const file: KustomizeFile = {
    path,
    resources: [],
    remote: [],
    patches: [],
    namespace: undefined,
    changes: false,
    wrong: undefined,
  };
  const value = readValue(text);
  if (!isObject(value)) return { ...file, wrong: 'cannot be read as a file of kustomize' };
  for (const field of ['resources', 'bases', 'components']) {
    for (const entry of textsOf(own(value, field))) {
      const target = isRemote(entry) ? undefined : joinPaths(folderOf(path), entry);
      if (target === undefined) file.remote.push(entry);
      else file.resources.push(target);
    }
  }
  file.patches = patchFiles(value, path);
  const namespace = own(value, 'namespace');
  if (typeof namespace === 'string' && namespace !== '') file.namespace = namespace;
  file.changes = CHANGING.some((field) => !isEmpty(own(value, field)));
  return file;
}

function readValue(text: string): unknown {
  try {
    for (const document of readDocuments(text, new MarkBudget(MAX_MARKS)))
      if (document.ok && isObject(document.value)) return document.value;
  } catch (error) {
    if (!(error instanceof TooManyMarks)) throw error;
  }
  return undefined;
}

function isRemote(entry: string): boolean {
  return /^(?:[a-z+]+:\/\/|git@|github\.com\/)/.test(entry) || entry.includes('?ref=');
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (isObject(value) && Object.keys(value).length === 0)
  );
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
}

function patchFiles(value: Parameters<typeof own>[0], path: string): string[] {
  const named = ['patches', 'patchesJson6902'].flatMap((field) => {
    const list = own(value, field);
    return Array.isArray(list) ? list.flatMap((entry) => (isObject(entry) ? [own(entry, 'path')] : [])) : [];
  });
  return [...named, ...textsOf(own(value, 'patchesStrategicMerge'))].flatMap((entry) =>
    typeof entry === 'string' && !entry.includes('\n') ? (joinPaths(folderOf(path), entry) ?? []) : [],
  );
}
