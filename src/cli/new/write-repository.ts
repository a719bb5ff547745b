import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { type Choice, findFault } from '../../core/scaffold/choice.ts';
import { scaffold } from '../../core/scaffold/scaffold.ts';
import { joinFirst } from '../../core/values/suggest.ts';
import { explainError } from '../input/failure.ts';
import { ExitError, type Streams } from '../terminal/streams.ts';
import type { NewOptions } from './options.ts';

/** The most files that a message names. */
const MAX_NAMED = 3;

/**
 * Writes the files of a repository, and a line on each. Where one of them is there already, none is written.
 *
 * @throws ExitError 1 where it cannot
 */
export async function writeRepository(
  folder: string,
  { sops, ...options }: NewOptions,
  { command, streams }: { command: Command; streams: Streams },
): Promise<void> {
  const choice: Choice = { ...options, alerts: options.alerts, sops: sops === true ? '' : sops };
  const fault = findFault(choice);
  if (fault !== undefined) command.error(`error: ${fault}`);
  const files = scaffold(choice);
  const fail = (why: string): never => {
    streams.err(`error: ${why}\n`);
    throw new ExitError(1);
  };
  const there: string[] = [];
  for (const { path } of files) if (await exists(join(folder, path))) there.push(path);
  if (there.length > 0)
    fail(
      `${joinFirst(there, MAX_NAMED)} ${there.length === 1 ? 'is' : 'are'} in ${folder} already: choose another folder`,
    );
  for (const { path, about, content } of files) {
    const file = join(folder, path);
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content, { flag: 'wx' });
    } catch (error) {
      fail(`${file} cannot be written: ${explainError(error)}`);
    }
    streams.out(`${file} ${about}\n`);
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
