import type { Command, Option } from 'commander';

/** What stands on a command line before the word that is being typed. */
export interface Line {
  command: Command;
  /** What was given for the arguments of the command. */
  operands: readonly string[];
  /** What was given for its flags, by their long names: `--namespace`. */
  values: ReadonlyMap<string, string>;
  /** The flag whose value is being typed. */
  flag: Option | undefined;
  /** Whether flags may still follow: not after `--`. */
  takesFlags: boolean;
  /** The word that is being typed. */
  typed: string;
  /** What stands before it in its own word: `--output=`. */
  prefix: string;
}

/** Reads a command line, the last word of which is being typed. It may be wrong in any way. */
export function readLine(program: Command, words: readonly string[]): Line {
  const reader = new LineReader(program);
  for (const word of words.slice(0, -1)) reader.read(word);
  return reader.end(words.at(-1) ?? '');
}

class LineReader {
  #command: Command;
  #flag: Option | undefined;
  #takesFlags = true;
  readonly #operands: string[] = [];
  readonly #values = new Map<string, string>();

  constructor(program: Command) {
    this.#command = program;
  }

  read(word: string): void {
    if (this.#flag !== undefined) {
      this.#give(this.#flag, word);
      this.#flag = undefined;
    } else if (this.#takesFlags && word === '--') this.#takesFlags = false;
    else if (this.#takesFlags && word.startsWith('-')) this.#readFlag(word);
    else this.#readOperand(word);
  }

  end(last: string): Line {
    const at = last.indexOf('=');
    const attached =
      this.#flag === undefined && this.#takesFlags && last.startsWith('--') && at > 0
        ? findFlag(this.#command, last.slice(0, at))
        : undefined;
    return {
      command: this.#command,
      operands: this.#operands,
      values: this.#values,
      flag: attached ?? this.#flag,
      takesFlags: this.#takesFlags,
      typed: attached === undefined ? last : last.slice(at + 1),
      prefix: attached === undefined ? '' : last.slice(0, at + 1),
    };
  }

  #readFlag(word: string): void {
    const [name = '', ...value] = word.split('=');
    const flag = findFlag(this.#command, name);
    if (flag === undefined) return;
    if (value.length > 0) this.#give(flag, value.join('='));
    else if (takesValue(flag)) this.#flag = flag;
  }

  #readOperand(word: string): void {
    const below = this.#operands.length === 0 ? findCommand(this.#command, word) : undefined;
    if (below === undefined) this.#operands.push(word);
    else this.#command = below;
  }

  #give(flag: Option, value: string): void {
    if (flag.long !== undefined) this.#values.set(flag.long, value);
  }
}

function findFlag({ options }: Command, name: string): Option | undefined {
  return options.find(({ long, short }) => name === long || name === short);
}

function findCommand({ commands }: Command, word: string): Command | undefined {
  return commands.find((command) => command.name() === word || command.aliases().includes(word));
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}
