import { isObject, textAt } from '../values/json.ts';
import { suggest } from '../values/suggest.ts';
import { decodeText } from '../yaml/decode-text.ts';
import { readDocuments } from '../yaml/documents/read-documents.ts';
import { MarkBudget, TooManyMarks } from '../yaml/tokens/fault.ts';

/** A kubeconfig file. */
export interface KubeconfigFile {
  name: string;
  bytes: Uint8Array;
}

/** The namespace of a context, undefined where it has none; or why it cannot be found. */
export type ContextNamespace = { ok: true; namespace: string | undefined } | { ok: false; message: string };

/** The most bytes of a kubeconfig. */
export const MAX_KUBECONFIG_BYTES = 16 * 1024 * 1024;

/** The most marks of all kubeconfigs together. A context takes about twenty. */
const MAX_MARKS = 1_000_000;

/** The most names that a message may suggest from. */
const MAX_NAMES = 1000;

/**
 * The namespace of a context of kubeconfig files, which are merged as kubectl does: the first file that names a current
 * context, or holds a context of a name, counts.
 *
 * @param context the name of the context. Default: the current one, and no namespace where there is none
 */
export function readContextNamespace(files: readonly KubeconfigFile[], context?: string): ContextNamespace {
  const configs: unknown[] = [];
  const budget = new MarkBudget(MAX_MARKS);
  for (const file of files) {
    const read = readConfig(file, budget);
    if ('message' in read) return { ok: false, message: `${file.name} ${read.message}` };
    configs.push(read.value);
  }
  const name = context ?? configs.map((config) => textAt(config, ['current-context'])).find(isNotEmpty);
  return name === undefined ? { ok: true, namespace: undefined } : findContext(configs, name);
}

function isNotEmpty(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

function findContext(configs: readonly unknown[], name: string): ContextNamespace {
  const contexts = configs.flatMap(contextsOf);
  const found = contexts.find((context) => textAt(context, ['name']) === name);
  if (found === undefined) {
    const known = contexts.slice(0, MAX_NAMES).flatMap((context) => textAt(context, ['name']) ?? []);
    const message = `the kubeconfig has no context ${JSON.stringify(name)}${suggest(name, known)}`;
    return { ok: false, message };
  }
  const namespace = textAt(found, ['context', 'namespace']);
  return { ok: true, namespace: isNotEmpty(namespace) ? namespace : undefined };
}

function contextsOf(config: unknown): unknown[] {
  const contexts = isObject(config) ? config['contexts'] : undefined;
  return Array.isArray(contexts) ? contexts : [];
}

function readConfig({ bytes }: KubeconfigFile, budget: MarkBudget): { value: unknown } | { message: string } {
  const decoded = decodeText(bytes);
  if (!decoded.ok) return { message: decoded.message };
  try {
    const [document] = readDocuments(decoded.text, budget);
    if (document === undefined) return { value: null };
    if (document.ok && (document.value === null || isObject(document.value))) return document;
    return { message: 'is no kubeconfig: it holds no map in YAML' };
  } catch (error) {
    if (error instanceof TooManyMarks) return { message: 'is too large to be a kubeconfig' };
    throw error;
  }
}
