import { InvalidArgumentError, Option } from 'commander';
import { collectNamespaces } from './scope-options.ts';

/** The values of the flags that make the rollouts of blueprints stricter. */
export interface RolloutOptions {
  /** The namespaces whose blueprints need an approval for every change; `*` stands for all. Default: none. */
  requireApproval?: string[];
  /** The most objects that a change of any blueprint may delete without an approval. Default: no such number. */
  maxDeletions?: number;
}

/** The flags that make the rollouts of blueprints stricter. */
export function rolloutOptions(): Option[] {
  return [
    new Option(
      '--require-approval <names>',
      'namespaces whose blueprints have every change approved, separated by commas; * for all; may be repeated',
    ).argParser(readNamespaces),
    new Option(
      '--max-deletions <number>',
      'generated objects that a change of any blueprint may delete without an approval',
    ).argParser(readCount),
  ];
}

function readNamespaces(text: string, before: string[] = []): string[] {
  return text.trim() === '*' ? [...before, '*'] : collectNamespaces(text, before);
}

/** The most objects that a blueprint generates. */
const MOST = 2000;

function readCount(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(number <= MOST)) throw new InvalidArgumentError(`It must be a whole number between 0 and ${MOST}.`);
  return number;
}
