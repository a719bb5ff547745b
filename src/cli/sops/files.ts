import { PLAIN } from '../../core/text/layout.ts';
import { type Mark, printMessage } from '../../core/text/lines.ts';
import { type Judgement, judgeFile } from '../../core/sops/judge-file.ts';
import { CommandError } from '../session/explain-failure.ts';
import { layoutFor } from '../session/paint.ts';
import { ExitError } from '../terminal/streams.ts';
import { Sops } from './program.ts';
import { RULES_FILE, Repository, type RepositoryFile } from './repository.ts';
import type { SopsTools } from './tools.ts';

/** The values of the flags of `sops rotate`. */
export interface RotateOptions {
  secret: string;
  fromCluster?: boolean;
}

/** The values of the flags of `sops check`. */
export interface CheckOptions {
  secret: string;
  cluster?: boolean;
}

/** Says something to people, on standard error. */
function say({ streams }: SopsTools, mark: Mark, text: string): void {
  streams.err(printMessage(mark, text, layoutFor(streams.terminals().stderr, true, streams.env)));
}

/** Runs work on files, and tells in a sentence why it cannot. */
async function attempt(tools: SopsTools, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (failure) {
    if (!(failure instanceof CommandError)) throw failure;
    say(tools, 'failure', failure.message);
    throw new ExitError(1);
  }
}

/** `sops encrypt`: encrypts files in place. Throws {@link ExitError} where one could not be. */
export async function encryptFiles(paths: readonly string[], tools: SopsTools): Promise<void> {
  await attempt(tools, async () => {
    const sops = await Sops.find(tools.streams.env);
    const work = new Work(tools);
    for (const path of paths) {
      const isFolder = await Repository.isFolder(path);
      for await (const file of new Repository().read(path)) {
        if (isFolder && judgeFile(file.state, file.rule, undefined)?.todo !== 'encrypt') continue;
        if (file.state.is === 'encrypted') work.note(file, 'is encrypted already');
        else await work.change(file, 'encrypted', (rules) => sops.encrypt(file.path, rules));
      }
    }
    work.end('nothing is plain that a rule wants encrypted');
  });
}

/**
 * `sops rotate`: encrypts encrypted files anew. Throws {@link ExitError} where one could not be.
 *
 * @param identities private keys to decrypt with, beside those that sops finds itself
 */
export async function rotateFiles(
  paths: readonly string[],
  tools: SopsTools,
  identities: readonly string[],
): Promise<void> {
  await attempt(tools, async () => {
    const sops = await Sops.find(tools.streams.env);
    const identity = identities.length === 0 ? undefined : identities.join('\n');
    const work = new Work(tools);
    for (const path of paths)
      for await (const file of new Repository().read(path))
        if (file.state.is === 'encrypted')
          await work.change(file, 'rotated', (rules) => sops.rotate(file.path, rules, identity));
    work.end('no file is encrypted');
  });
}

/** Files that are changed one after the other, whatever becomes of the others. */
class Work {
  readonly #tools: SopsTools;
  #done = 0;
  #failed = 0;

  constructor(tools: SopsTools) {
    this.#tools = tools;
  }

  note({ path }: RepositoryFile, what: string): void {
    this.#done += 1;
    say(this.#tools, 'waiting', `${path} ${what}`);
  }

  /** @param change answers why it could not be done */
  async change(
    { path, rulesFile }: RepositoryFile,
    did: string,
    change: (rules: string) => Promise<string | undefined>,
  ): Promise<void> {
    const how = `there is no ${RULES_FILE} in its folder, or above: print one by fluxblueprint sops rules`;
    const why = rulesFile === undefined ? how : await change(rulesFile);
    if (why === undefined) this.#done += 1;
    else this.#failed += 1;
    if (why === undefined) say(this.#tools, 'success', `${path} is ${did}`);
    else say(this.#tools, 'failure', `${path} is not ${did}: ${why}`);
  }

  /** @param nothing what to say where there was nothing to do */
  end(nothing: string): void {
    if (this.#done + this.#failed === 0) say(this.#tools, 'waiting', nothing);
    if (this.#failed > 0) throw new ExitError(1);
  }
}

const REMEDIES: Readonly<Record<Judgement['todo'], string>> = {
  encrypt: 'fluxblueprint sops encrypt',
  rotate: 'fluxblueprint sops rotate',
  decide: 'write a rule, or take it out of Git',
};

/**
 * `sops check`: prints a line for each file that is wrong. Throws {@link ExitError} where one is.
 *
 * @param inCluster the public keys of the private ones that the cluster has; undefined where it was not asked
 */
export async function checkFiles(
  paths: readonly string[],
  tools: SopsTools,
  inCluster: readonly string[] | undefined,
): Promise<void> {
  await attempt(tools, async () => {
    const { streams } = tools;
    const layout = { columns: undefined, paint: PLAIN };
    let [looked, encrypted, wrong] = [0, 0, 0];
    for (const path of paths)
      for await (const file of new Repository().read(path)) {
        looked += 1;
        if (file.state.is === 'encrypted') encrypted += 1;
        const judgement = judgeFile(file.state, file.rule, inCluster);
        if (judgement === undefined) continue;
        wrong += 1;
        const { message, todo } = judgement;
        streams.out(printMessage('failure', `${file.path} ${message}; ${REMEDIES[todo]}`, layout));
      }
    if (wrong > 0) throw new ExitError(1);
    say(tools, 'success', `nothing is wrong with ${looked} files, ${encrypted} of them encrypted`);
  });
}
