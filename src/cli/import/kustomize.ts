import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { OverlayRequest } from '../../core/import/clusters/collect.ts';

const run = promisify(execFile);

/** For how long kustomize may build one folder, in milliseconds. */
const TIMEOUT = 60_000;

/** The most that it may print, in bytes. */
const MAX_OUTPUT = 64_000_000;

/** What was built of a folder, or why nothing was. */
export type Built = { text: string } | { wrong: string };

/** The program kustomize. */
export class Kustomize {
  readonly #program: string | undefined;

  private constructor(program: string | undefined) {
    this.#program = program;
  }

  /** Looks for the program on PATH. */
  static async find(env: Readonly<Partial<Record<string, string>>>): Promise<Kustomize> {
    const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
    for (const folder of folders) {
      const program = join(folder, 'kustomize');
      if (await isExecutable(program)) return new Kustomize(program);
    }
    return new Kustomize(undefined);
  }

  /** Builds what is asked for: a folder of the repository at `root`, or files of their own. */
  async build(request: OverlayRequest, root: string): Promise<Built> {
    if ('folder' in request) return this.#buildFolder(join(root, request.folder));
    const folder = await mkdtemp(join(tmpdir(), 'fluxblueprint-'));
    try {
      await writeFile(join(folder, 'kustomization.yaml'), request.patches);
      await writeFile(join(folder, 'objects.yaml'), request.objects);
      return await this.#buildFolder(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  /** Builds a folder as Flux does. Nothing is fetched: the program has no proxy that answers, and finds no git. */
  async #buildFolder(folder: string): Promise<Built> {
    if (this.#program === undefined) return { wrong: 'the program kustomize is not on PATH: install it' };
    const nowhere = 'http://127.0.0.1:9';
    const env = { PATH: '', HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere, NO_PROXY: '' };
    const args = ['build', folder, '--load-restrictor', 'LoadRestrictionsNone'];
    return run(this.#program, args, { env, timeout: TIMEOUT, maxBuffer: MAX_OUTPUT }).then(
      ({ stdout }) => ({ text: stdout }),
      (error: unknown) => ({ wrong: explain(error) }),
    );
  }
}

function explain(error: unknown): string {
  const { stderr = '', message = '' } = error as { stderr?: string; message?: string };
  const [line = ''] = (stderr.trim() === '' ? message : stderr.trim()).split('\n');
  return line.slice(0, 500);
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
