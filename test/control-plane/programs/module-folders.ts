import { runGo } from './go.ts';

/** Which modules of a `go.mod` are meant. */
export interface ModuleQuery {
  /** The folder that has the `go.mod`. */
  folder: string;
  /** Their paths. Default: all that the `go.mod` requires. */
  modules?: readonly string[];
  /** A folder for unfinished work; deleted when the query is over. */
  workFolder: string;
  /** Is given what Go is doing now. */
  onLine?: (line: string) => void;
}

/** Gets modules into Go's cache and hands their folders there, by their paths, to `use`. Rejects where Go fails. */
export async function useModuleFolders<T>(
  { folder, modules = [], workFolder, onLine = () => undefined }: ModuleQuery,
  use: (folders: ReadonlyMap<string, string>) => Promise<T>,
): Promise<T> {
  const args = ['mod', 'download', '-json', ...modules];
  return runGo({ args, cwd: folder, workFolder, onLine }, (stdout) => use(readFolders(stdout)));
}

/** Go prints one JSON object after the other, each ending with a brace at the line's start. */
function readFolders(stdout: string): Map<string, string> {
  const found = stdout
    .split(/(?<=^\})\n/mu)
    .filter((text) => text.trim() !== '')
    .map((text) => JSON.parse(text) as { Path: string; Dir?: string; Error?: string })
    .map(({ Path, Dir, Error: reason }) => {
      if (Dir === undefined) throw new Error(`${Path}: ${reason ?? 'Go names no folder'}`);
      return [Path, Dir] as const;
    });
  return new Map(found);
}
