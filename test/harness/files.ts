import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
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

/** How old a folder is whose process is gone before another one removes it, in milliseconds. */
const LEFT_MS = 3_600_000;

/** The names of folders of {@link makeFolder}: they tell whose each is. */
const OURS = /^fluxblueprint-[a-z-]+-(?<pid>\d+)-\w+$/;

/**
 * Makes a temporary folder. Whoever asks for it removes it; what is left of it goes with this process or, where that is
 * killed, with the first of a later one.
 */
export async function makeFolder(purpose: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `fluxblueprint-${purpose}-${process.pid}-`));
  const first = folders.size === 0;
  folders.add(folder);
  if (first) process.once('exit', removeFolders);
  if (first) await removeLeftOvers(tmpdir());
  return folder;
}

/** Removes the folders in `parent` that killed processes have left. */
export async function removeLeftOvers(parent: string, now = Date.now()): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = Number(OURS.exec(name)?.groups?.['pid'] ?? process.pid);
    if (isRunning(pid)) continue;
    const found = await stat(join(parent, name)).catch(() => undefined);
    if (found !== undefined && now - found.mtimeMs > LEFT_MS)
      await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It runs, and is somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
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
