import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Files by their path below a folder. */
export type Files = Readonly<Record<string, string>>;

/** Writes files, with the folders that they need. */
export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** Makes a folder of our own among the temporary ones. */
export function makeFolder(purpose: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `fluxblueprint-${purpose}-`));
}

/** Packs files into a `.tar.gz`, as the program `tar` does. */
export async function pack(files: Files): Promise<Buffer> {
  const folder = await makeFolder('pack');
  try {
    await writeFiles(join(folder, 'in'), files);
    const names = [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))];
    const archive = join(folder, 'out.tar.gz');
    await execute('tar', ['-czf', archive, '-C', join(folder, 'in'), ...names]);
    return await readFile(archive);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
