import { access, constants, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const dayMs = 24 * 60 * 60 * 1000;

/** Whether the file is there and may be executed. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function deleteStale(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    try {
      if (Date.now() - (await stat(path)).mtimeMs > dayMs) await rm(path, { recursive: true, force: true });
    } catch {
      // Its owner was faster.
    }
  }
}

/**
 * Makes an unfinished-work folder of our own inside the cache, on the same file system, so that what is finished
 * can be renamed into its place. Deletes those that a power cut left more than a day ago.
 */
export async function makeWorkFolder(cache: string, name: string): Promise<string> {
  const parent = join(cache, 'unfinished');
  await mkdir(parent, { recursive: true });
  await deleteStale(parent);
  return await mkdtemp(join(parent, `${name}-`));
}
