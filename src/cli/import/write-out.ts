import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExitError, type Streams } from '../terminal/streams.ts';
import { exists } from './repository-files.ts';

/** A file that is written to the folder of `--out`. */
export interface Text {
  file: string;
  text: string;
}

/**
 * Writes files to a folder. Nothing is written where one of them exists, unless `force` is set.
 *
 * @throws ExitError 1 where one exists
 */
export async function writeOut(
  texts: readonly Text[],
  { out, force = false }: { out: string; force?: boolean | undefined },
  streams: Pick<Streams, 'err'>,
): Promise<void> {
  const targets = texts.map(({ file, text }) => ({ path: join(out, file), text }));
  for (const { path } of targets) {
    if (force || !(await exists(path))) continue;
    streams.err(`error: ${path} exists: name another folder, or add --force to write over it\n`);
    throw new ExitError(1);
  }
  await mkdir(out, { recursive: true });
  for (const { path, text } of targets) await writeFile(path, text);
}
