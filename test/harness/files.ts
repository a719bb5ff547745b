import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
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

/** The folders of {@link makeFolder}. */
const folders = new Set<string>();

function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/**
 * Makes a temporary folder. Whoever asks for it removes it; what is left of it goes with this process, unless that is
 * killed.
 */
export async function makeFolder(purpose: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `fluxblueprint-${purpose}-`));
  if (folders.size === 0) process.once('exit', removeFolders);
  folders.add(folder);
  return folder;
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
