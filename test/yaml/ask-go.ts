import { execFileSync } from 'node:child_process';
import { buildProgram } from '../control-plane/index.ts';

/** How Kubernetes reads a text. */
export interface Answer {
  /** The documents of the stream as kubectl reads them, each as a value. */
  documents: unknown[];
  /** Why kubectl stops reading. */
  error?: string;
  /** Why a strict reader refuses a document: mostly a key that stands twice. */
  strict?: string;
}

/** Builds the program that reads as Kubernetes does, and answers what asks it. */
export async function prepareGo(): Promise<(texts: readonly string[]) => Answer[]> {
  const { path } = await buildProgram('yaml-reader');
  return (texts) => askGo(path, texts);
}

/** Asks the program at `path` about each text. */
export function askGo(path: string, texts: readonly string[]): Answer[] {
  const input = texts.map((text) => `${JSON.stringify(text)}\n`).join('');
  const output = execFileSync(path, { input, encoding: 'utf8', maxBuffer: 2 ** 30 });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

/** A value as text that is equal for equal values, whatever the order of keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join()}}`;
}
