/** A part of a regular expression, as far as it says which texts match. */
export type Part =
  | { type: 'sequence'; parts: readonly Part[] }
  | { type: 'choice'; of: readonly Part[] }
  | { type: 'repeat'; part: Part; least: number }
  /**
   * One character; `samples` are some that match, in a fixed order, so that overlapping classes have samples in common.
   */
  | { type: 'character'; samples: readonly string[] };

/** Characters of every class that a pattern may name. */
const ALPHABET = Array.from('aA0-_./: \t\n"\'{}[]()@%=\\~#&?$<>!+,*|zsmhxX9').concat('\u{1f600}');

/** The most samples of one character. */
const MAX_SAMPLES = 3;

/** Reads the source of a regular expression. Assertions and back references match the empty text. */
export function parsePattern({ source, flags }: RegExp): Part {
  const reader = new Reader(source, flags.replace(/[gy]/g, ''));
  return reader.readChoice();
}

class Reader {
  readonly #source: string;
  readonly #flags: string;
  #at = 0;

  constructor(source: string, flags: string) {
    this.#source = source;
    this.#flags = flags;
  }

  readChoice(): Part {
    const of = [this.#readSequence()];
    while (this.#take('|')) of.push(this.#readSequence());
    const [only] = of;
    return of.length === 1 && only !== undefined ? only : { type: 'choice', of };
  }

  #readSequence(): Part {
    const parts: Part[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? ''))
      parts.push(this.#readQuantified());
    return { type: 'sequence', parts };
  }

  #readQuantified(): Part {
    const part = this.#readAtom();
    const [quantifier, , least] = /^(?:[*+?]|\{((\d+)(?:,\d*)?)\})\??/.exec(this.#rest) ?? [];
    if (quantifier === undefined) return part;
    this.#at += quantifier.length;
    const min = quantifier.startsWith('+') ? 1 : Number(least ?? 0);
    return { type: 'repeat', part, least: min };
  }

  #readAtom(): Part {
    const [opening] = /^\((?:\?(?:<?[=!]|:|<\w+>))?/.exec(this.#rest) ?? [];
    if (opening !== undefined) {
      this.#at += opening.length;
      const inner = this.readChoice();
      this.#at += 1;
      return /[=!]$/.test(opening) ? { type: 'sequence', parts: [] } : inner;
    }
    const [atom = ''] =
      /^(?:\[(?:\\[^]|[^\]\\])*\]|\\(?:u\{\w+\}|u\w{4}|x\w\w|[pP]\{\w+\}|[^])|[^])/u.exec(this.#rest) ?? [];
    this.#at += atom.length;
    if (/^(?:\^|\$|\\[bB]|\\[1-9])$/.test(atom)) return { type: 'sequence', parts: [] };
    return { type: 'character', samples: this.#samplesOf(atom) };
  }

  #samplesOf(atom: string): string[] {
    const one = new RegExp(`^${atom}$`, this.#flags);
    const found = ALPHABET.filter((character) => one.test(character)).slice(0, MAX_SAMPLES);
    if (found.length > 0) return found;
    const codes = Array.from({ length: 0x3000 }, (_, code) => String.fromCodePoint(code));
    return codes.filter((character) => one.test(character)).slice(0, MAX_SAMPLES);
  }

  get #rest(): string {
    return this.#source.slice(this.#at);
  }

  #take(character: string): boolean {
    if (this.#source[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }
}
