import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeWorkFolder } from '../programs/cache.ts';
import { runGo } from '../programs/go.ts';
import { readSources, type Sources } from '../programs/sources.ts';

/** Which modules of a program's `go.mod` hold CRDs. */
export interface CrdModules {
  /** The folder in test/programs that has the `go.mod`. */
  program: string;
  /** Their paths. Default: all that the `go.mod` requires. */
  modules?: readonly string[];
  /** Is given what Go is doing now. */
  onLine?: (line: string) => void;
}

/** Reads the CRDs that controller-gen has left in Go modules, each file as text. Rejects where Go cannot get them. */
export async function readModuleCrds(
  { program, modules = [], onLine = () => undefined }: CrdModules,
  sources: Sources = readSources(),
): Promise<string[]> {
  const call = {
    args: ['mod', 'download', '-json', ...modules],
    cwd: join(sources.programs, program),
    workFolder: await makeWorkFolder(sources.cache, program),
    onLine,
  };
  return runGo(call, async (stdout) => {
    const texts: string[] = [];
    for (const folder of readModuleFolders(stdout)) {
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

/** `go mod download -json` prints one JSON object after the other, each ending with a brace at the line's start. */
function readModuleFolders(stdout: string): string[] {
  return stdout
    .split(/(?<=^\})\n/mu)
    .filter((text) => text.trim() !== '')
    .map((text) => JSON.parse(text) as { Path: string; Dir?: string; Error?: string })
    .map(({ Path, Dir, Error: reason }) => {
      if (Dir === undefined) throw new Error(`${Path}: ${reason ?? 'Go names no folder'}`);
      return Dir;
    });
}
