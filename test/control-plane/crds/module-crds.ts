import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeWorkFolder } from '../programs/cache.ts';
import { type ModuleQuery, useModuleFolders } from '../programs/module-folders.ts';
import { readSources, type Sources } from '../programs/sources.ts';

/** Which modules hold CRDs. */
export interface CrdModules extends Pick<ModuleQuery, 'modules' | 'onLine'> {
  /** The folder in test/programs that has the `go.mod`. */
  program: string;
}

/** Reads the CRDs that controller-gen has left in Go modules, each file as text. Rejects where Go cannot get them. */
export async function readModuleCrds(
  { program, ...rest }: CrdModules,
  sources: Sources = readSources(),
): Promise<string[]> {
  const workFolder = await makeWorkFolder(sources.cache, program);
  const query = { folder: join(sources.programs, program), workFolder, ...rest };
  return useModuleFolders(query, async (folders) => {
    const texts: string[] = [];
    for (const folder of folders.values()) {
      const dir = join(folder, 'config', 'crd', 'bases');
      for (const name of await listYamlFiles(dir)) texts.push(await readFile(join(dir, name), 'utf8'));
    }
    return texts;
  });
}

/** The names of the YAML files in a folder, sorted. */
export async function listYamlFiles(dir: string): Promise<string[]> {
  const names = await readdir(dir);
  return names.filter((name) => /\.ya?ml$/u.test(name)).sort();
}
