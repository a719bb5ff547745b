/**
 * What the commands read: arguments (`input-argument.ts`), the files of a folder and of a revision (`choose-files.ts`),
 * the texts that hold blueprints (this file), and a kubeconfig's namespace (`kubeconfig.ts`). It is pure: callers hand
 * over bytes. All that a run reads is bounded together. Begin with {@link BlueprintReader}.
 */
import { KIND } from '../../api/names.ts';
import { textAt } from '../values/json.ts';
import type { Locator } from '../yaml/locator.ts';
import { type PlacedProblem, readBytes } from '../yaml/read-blueprints.ts';
import { MarkBudget } from '../yaml/tokens/fault.ts';

/** The most bytes of one input, of which the blueprints are a part: those of a thousand objects of a cluster. */
export const MAX_STREAM_BYTES = 32 * 1024 * 1024;

/** The most bytes of all inputs that may hold blueprints. */
export const MAX_ALL_BYTES = 64 * 1024 * 1024;

/** The most bytes that are looked through for blueprints, in all inputs. */
const MAX_SCANNED_BYTES = 1024 * 1024 * 1024;

/** The most marks of all inputs that may hold blueprints: those of a text of 30 MB. */
const MAX_ALL_MARKS = 5_000_000;

/** The most blueprints that are read at a time. */
export const MAX_BLUEPRINTS = 5000;

/** A blueprint, and where it was read. */
export interface InputBlueprint {
  /** The parsed value, not checked yet. */
  value: unknown;
  /** The name of the input, as the user gave or would give it. */
  input: string;
  /** The number of the input, in the order of reading. */
  order: number;
  /** Names the blueprint for messages: its input and, where this holds several, the blueprint. */
  where: string;
  /** Finds where its parts stand; undefined unless it was asked for. */
  locator: Locator | undefined;
}

/** A problem of an input, or of a part of it that could not be read. */
export interface InputProblem extends PlacedProblem {
  input: string;
  /** The number of the input, in the order of reading. */
  order: number;
}

/** What the inputs hold. */
export interface Inputs {
  blueprints: readonly InputBlueprint[];
  problems: readonly InputProblem[];
}

/** Reads the blueprints of inputs, one after the other. */
export class BlueprintReader {
  readonly #locate: boolean;
  readonly #marks = new MarkBudget(MAX_ALL_MARKS);
  readonly #blueprints: InputBlueprint[] = [];
  readonly #problems: InputProblem[] = [];
  #order = 0;
  #scanned = 0;
  #bytes = 0;
  #full = false;

  /** @param locate whether the places of values are noted, which takes memory */
  constructor(locate: boolean) {
    this.#locate = locate;
  }

  /** Whether nothing more is read, because there was too much. */
  get full(): boolean {
    return this.#full;
  }

  /**
   * Reads an input, or its first bytes if it has more than {@link MAX_STREAM_BYTES}. What holds no blueprint is left
   * alone, whatever else it is.
   */
  add(input: string, bytes: Uint8Array): void {
    if (this.#full) return;
    this.#order += 1;
    this.#scanned += bytes.length;
    if (this.#scanned > MAX_SCANNED_BYTES) this.#end(input, `${MAX_SCANNED_BYTES} bytes`);
    else if (mentionsBlueprint(bytes)) this.#take(input, bytes);
  }

  /** What was read. */
  result(): Inputs {
    return { blueprints: this.#blueprints, problems: this.#problems };
  }

  #take(input: string, bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#bytes > MAX_ALL_BYTES) {
      this.#end(input, `${MAX_ALL_BYTES} bytes`);
      return;
    }
    this.#read(input, bytes);
    if (this.#blueprints.length > MAX_BLUEPRINTS) this.#end(input, `${MAX_BLUEPRINTS} blueprints`);
  }

  #read(input: string, bytes: Uint8Array): void {
    const bounds = { bytes: MAX_STREAM_BYTES, marks: this.#marks, locate: this.#locate };
    const { blueprints, problems, locators } = readBytes(bytes, bounds);
    const several = blueprints.length > 1;
    for (const [i, value] of blueprints.entries()) {
      // If there are several, the path of a problem does not say which of them has it.
      const where = several ? `${input}: ${nameBlueprint(value)}` : input;
      this.#blueprints.push({ value, input, order: this.#order, where, locator: locators[i] });
    }
    for (const problem of problems)
      if (problem.rule !== 'no-blueprint') this.#problems.push({ ...problem, input, order: this.#order });
  }

  #end(input: string, most: string): void {
    this.#full = true;
    const message = `the inputs up to this one hold more than ${most}, the most that is read at a time: give fewer`;
    const rule = 'too-large';
    this.#problems.push({ input, order: this.#order, rule, path: '', message, place: undefined });
  }
}

/** Names a blueprint for messages. */
export function nameBlueprint(blueprint: unknown): string {
  return `${KIND} ${textAt(blueprint, ['metadata', 'name']) ?? 'without a name'}`;
}

/** The kind as bytes, in the encodings in which a text may be by mistake: then this is a problem to report. */
const MENTIONS: readonly Uint8Array[] = [1, 2, 4].map((width) =>
  Uint8Array.from({ length: (KIND.length - 1) * width + 1 }, (_, i) =>
    i % width === 0 ? KIND.charCodeAt(i / width) : 0,
  ),
);

/** Whether the kind of a blueprint stands anywhere in a text. */
function mentionsBlueprint(bytes: Uint8Array): boolean {
  return MENTIONS.some((wanted) => includes(bytes, wanted));
}

function includes(bytes: Uint8Array, wanted: Uint8Array): boolean {
  const first = wanted[0] ?? 0;
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1))
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return true;
  return false;
}
