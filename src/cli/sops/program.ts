import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { toOneLine } from '../../core/text/printable.ts';
import { CommandError } from '../session/explain-failure.ts';

/** For how long sops may work on one file, in milliseconds: it may ask a key service. */
const TIMEOUT_MS = 60_000;

/** The environment of the program. */
type Env = Readonly<Partial<Record<string, string>>>;

/** What sops says by its exit code where its own words may hold what stands in the file. */
const EXIT_CODES: Readonly<Record<number, string>> = {
  2: 'it cannot be read as YAML or JSON',
  3: 'it could not be written',
  5: 'the rules cannot be read',
  23: 'something in it cannot be encrypted',
  25: 'something in it cannot be decrypted',
  51: 'its message authentication code does not match: somebody has changed it by hand',
  52: 'it has no message authentication code',
  100: 'there is no such file',
  111: 'its rule names no key',
  128: 'no private key that is there decrypts it',
  203: 'it is encrypted already',
};

/** The program sops, on files. What it prints is never passed on where it may hold a secret. */
export class Sops {
  readonly #program: string;
  readonly #env: Env;

  private constructor(program: string, env: Env) {
    this.#program = program;
    this.#env = env;
  }

  /** Looks for the program on PATH alone. Throws a {@link CommandError}. */
  static async find(env: Env): Promise<Sops> {
    for (const folder of (env['PATH'] ?? '').split(delimiter).filter((part) => part !== '')) {
      const program = join(folder, 'sops');
      if (await isExecutable(program)) return new Sops(program, env);
    }
    throw new CommandError('the program sops is not on PATH: install it (https://getsops.io)');
  }

  /** Encrypts a file in place by the rules of a `.sops.yaml`. Answers why it could not. */
  encrypt(file: string, rules: string): Promise<string | undefined> {
    return this.#run(['--config', rules, 'encrypt', '--in-place', file]);
  }

  /**
   * Encrypts an encrypted file to those that a `.sops.yaml` names now, by a new data key. Answers why it could not.
   *
   * @param identity a private key of age; by default those that sops finds itself
   */
  async rotate(file: string, rules: string, identity: string | undefined): Promise<string | undefined> {
    const env = identity === undefined ? {} : { SOPS_AGE_KEY: identity };
    return (
      (await this.#run(['--config', rules, 'updatekeys', '--yes', file], env)) ??
      (await this.#run(['--config', rules, 'rotate', '--in-place', file], env))
    );
  }

  #run(args: readonly string[], env: Env = {}): Promise<string | undefined> {
    const options = { env: { ...this.#env, ...env }, timeout: TIMEOUT_MS };
    return new Promise((resolve) => {
      const child = execFile(this.#program, args, options, (error, _, stderr) => {
        resolve(error === null ? undefined : explain(error.code, stderr));
      });
      child.stdin?.end();
    });
  }
}

function explain(code: unknown, stderr: string): string {
  const known = typeof code === 'number' ? EXIT_CODES[code] : undefined;
  if (known !== undefined) return known;
  // Rules and key services: what they say is of keys that are public, and of accounts.
  if (/creation rule|config file|no matching/i.test(stderr))
    return `sops finds no rule for it: ${toOneLine(stderr).slice(0, 300)}`;
  return `sops ended with ${typeof code === 'number' || typeof code === 'string' ? `code ${code}` : 'an error'}: run it by hand to see why`;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
