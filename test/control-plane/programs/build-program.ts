import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withAbsentFiles } from './absent-files.ts';
import { isExecutable, makeWorkFolder } from './cache.ts';
import { runGo } from './go.ts';
import { linkerFlags, type Program, programPath, readProgram } from './programs.ts';
import { chooseProgress, type Progress } from '../progress.ts';
import { readSources, type Sources } from './sources.ts';

async function build(program: Program, path: string, progress: Progress, sources: Sources): Promise<void> {
  const task = progress.start(`Building ${program.name} ${program.version} from its Go module`);
  try {
    const workFolder = await makeWorkFolder(sources.cache, program.name);
    const output = join(workFolder, program.name);
    const flags = ['-trimpath', '-ldflags', linkerFlags(program)];
    const onLine = (line: string): void => {
      task.update(line);
    };
    await withAbsentFiles(program, sources, async (absent) => {
      const args = ['build', ...flags, ...absent, '-o', output, program.package];
      await runGo({ args, cwd: program.folder, workFolder, onLine }, async () => {
        await mkdir(dirname(path), { recursive: true });
        await rename(output, path);
      });
    });
  } catch (error) {
    task.fail();
    throw error;
  }
  task.done();
}

/**
 * Builds a program from its Go module in test/programs, unless the cache has it already in that version. Cold, it
 * takes minutes; after an interruption Go goes on from its own build cache. Rejects when there is no such module,
 * no Go, or when the build fails.
 */
export async function buildProgram(
  name: string,
  progress: Progress = chooseProgress(),
  sources: Sources = readSources(),
): Promise<{ path: string }> {
  const program = await readProgram(name, sources);
  const path = await programPath(program, sources);
  if (!(await isExecutable(path))) await build(program, path, progress, sources);
  return { path };
}
