import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeWorkFolder } from './cache.ts';
import { useModuleFolders } from './module-folders.ts';
import type { Program } from './programs.ts';
import type { Sources } from './sources.ts';

/**
 * Beside a program's `go.mod`: files that its code embeds and its modules lack, because another build makes them, by
 * the path of the module. They are empty where the program is built here.
 */
const ABSENT = 'absent-files.json';

/** Calls `build` with the flags of Go by which a program is built from copies of the modules that lack files. */
export async function withAbsentFiles<T>(
  program: Program,
  sources: Sources,
  build: (flags: readonly string[]) => Promise<T>,
): Promise<T> {
  const file = join(program.folder, ABSENT);
  if (!existsSync(file)) return build([]);
  const absent = JSON.parse(await readFile(file, 'utf8')) as Record<string, string[]>;
  const workFolder = await makeWorkFolder(sources.cache, program.name);
  const query = { folder: program.folder, modules: Object.keys(absent), workFolder };
  const folder = await mkdtemp(join(tmpdir(), 'fluxblueprint-modules-'));
  try {
    // Go's cache is read-only, and it takes no overlay of files there.
    const copies = await useModuleFolders(query, (folders) =>
      Promise.all(
        Object.entries(absent).map(async ([module, files], i) => {
          const copy = join(folder, String(i));
          await copyWith(folders.get(module) ?? '', copy, files);
          return `replace ${module} => ${copy}\n`;
        }),
      ),
    );
    const [goMod, goSum] = await Promise.all(
      ['go.mod', 'go.sum'].map((name) => readFile(join(program.folder, name), 'utf8')),
    );
    await writeFile(join(folder, 'go.mod'), `${goMod ?? ''}\n${copies.join('')}`);
    await writeFile(join(folder, 'go.sum'), goSum ?? '');
    return await build([`-modfile=${join(folder, 'go.mod')}`]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Copies a module and adds empty files. */
async function copyWith(from: string, to: string, files: readonly string[]): Promise<void> {
  await cp(from, to, { recursive: true });
  await makeWritable(to);
  for (const name of files) {
    await mkdir(dirname(join(to, name)), { recursive: true });
    await writeFile(join(to, name), '');
  }
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await makeWritable(join(folder, entry.name));
}
