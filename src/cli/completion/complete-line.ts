import type { Command } from 'commander';
import { toOneLine } from '../../core/text/printable.ts';
import { type Candidate, candidatesOf } from './candidates.ts';
import { readLine } from './read-line.ts';
import type { CompletionTools } from './tools.ts';

/** What the last line of an answer says, in the numbers that kubectl and other programs have for it. */
const FILES = 0;
const NO_FILES = 4;

/** The most candidates of an answer: a shell shows no more to a person, and slows down with them. */
const MAX_CANDIDATES = 1000;

/**
 * Prints what may stand in the place of the last word: a line for each, with a description behind a tab, and in the end
 * `:0` where the names of files may stand there too, else `:4`. It fails silently.
 *
 * @param words the words behind the name of the program, the last of which is being typed
 */
export async function completeLine(
  program: Command | null,
  words: readonly string[],
  tools: CompletionTools,
): Promise<void> {
  if (program === null) return;
  const line = readLine(program, words);
  const { candidates, takesFiles } = await candidatesOf(line, tools);
  const lines = candidates
    .filter(({ value }) => value.startsWith(line.typed))
    .slice(0, MAX_CANDIDATES)
    .map((candidate) => print(line.prefix, candidate));
  tools.streams.out(`${[...lines, `:${takesFiles ? FILES : NO_FILES}`].join('\n')}\n`);
}

function print(prefix: string, { value, description = '' }: Candidate): string {
  const word = toOneLine(`${prefix}${value}`);
  return description === '' ? word : `${word}\t${toOneLine(description)}`;
}
