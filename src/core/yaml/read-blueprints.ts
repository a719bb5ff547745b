/**
 * YAML in and out: blueprints are read here, and `write-yaml.ts` writes objects. Reading guards against hostile input:
 * size, number of marks and the expansion of anchors are bounded before any value is handed on. Nothing here knows what
 * a blueprint means. Begin with {@link readBlueprints}.
 */
import { KIND } from '../../api/names.ts';
import { type Fault, MarkBudget, TooManyMarks } from './tokens/fault.ts';
import { readDocuments } from './documents/read-documents.ts';
import { isObject } from '../values/json.ts';
import { isLargerThan } from '../values/weigh.ts';
import { decodeText } from './decode-text.ts';
import { Places } from './documents/places.ts';
import { LineTable, type Place, describePlace } from './line-table.ts';
import { Locator } from './locator.ts';
import { type Problem, Problems } from '../validation/problem.ts';

/**
 * The largest input that is read, in bytes: the most that etcd takes for one object (`--max-request-bytes`, 1.5 MiB).
 */
export const MAX_INPUT_BYTES = 1.5 * 1024 * 1024;

/**
 * The most marks that an input may have: its keys, values, brackets and commas, and a few for each document. A line
 * such as `interval: 10m` has four, and the largest blueprint (2000 objects of ten lines) about 80,000.
 */
export const MAX_MARKS = 200_000;

/** The most mistakes that are reported for one document: nobody mends more before looking again. */
const MAX_FAULTS = 20;

/** How much is read. */
export interface ReadBounds {
  /** The most bytes that an input may have. Default: {@link MAX_INPUT_BYTES}. */
  bytes?: number;
  /** How many marks may still be read. Default: {@link MAX_MARKS} for each input. */
  marks?: MarkBudget;
  /** Whether it is noted where values stand, for {@link ReadBlueprint.locator}. Default: false. */
  locate?: boolean;
}

/** The blueprints of an input as parsed values, none of them checked yet. */
export interface Read {
  /** Whether all of it could be read. */
  ok: boolean;
  blueprints: unknown[];
  /** What is wrong with the parts that could not be read. */
  problems: PlacedProblem[];
  /** Finds where the parts of a blueprint stand, in the order of `blueprints`; empty unless it was asked for. */
  locators: Locator[];
}

/** A problem, and where in the text it is, if it is in one place. */
export interface PlacedProblem extends Problem {
  place: Place | undefined;
}

/** Reads blueprints as {@link readBlueprints} does, from a file's bytes, which must be UTF-8. */
export function readBytes(bytes: Uint8Array, bounds: ReadBounds = {}): Read {
  const { bytes: most = MAX_INPUT_BYTES } = bounds;
  // What is too large is not decoded: its size is the problem.
  if (bytes.length > most) return refuse('too-large', explainSize(bytes.length, most));
  const decoded = decodeText(bytes);
  return decoded.ok ? readText(decoded.text, bounds) : refuse('encoding', decoded.message, decoded.place);
}

function refuse(rule: string, message: string, place?: Place): Read {
  const path = place === undefined ? '' : describePlace(place);
  return { ok: false, blueprints: [], problems: [{ rule, path, message, place }], locators: [] };
}

/**
 * Reads the blueprints of a YAML or JSON text as kubectl does: words such as `yes` and `on` are booleans (YAML 1.1),
 * and dates are text. A `List` stands for its items. Documents of other kinds are skipped; an input without any
 * blueprint is a problem.
 */
export function readBlueprints(text: string, bounds: ReadBounds = {}): Read {
  const { bytes: most = MAX_INPUT_BYTES } = bounds;
  const bytes = new TextEncoder().encode(text).length;
  return bytes > most ? refuse('too-large', explainSize(bytes, most)) : readText(text, bounds);
}

function readText(text: string, bounds: ReadBounds): Read {
  const reader = new StreamReader(text, bounds);
  reader.read();
  return reader.result();
}

function explainSize(bytes: number, most: number): string {
  return most === MAX_INPUT_BYTES
    ? explainExcess(`${bytes} bytes, and the largest object that a cluster stores has ${MAX_INPUT_BYTES}`)
    : explainExcess(`${bytes} bytes, and the most that is read is ${most}`);
}

function explainExcess(what: string): string {
  return `the input has ${what}: split it into several blueprints and files`;
}

/** A value that stands at an offset of the text. */
interface Placed {
  value: unknown;
  start: number;
}

/** Reads the blueprints of one text. */
class StreamReader {
  readonly #text: string;
  readonly #lines: LineTable;
  readonly #marks: MarkBudget;
  readonly #places: Places | undefined;
  readonly #problems = new Problems();
  /** The places of problems, by their paths. */
  readonly #problemPlaces = new Map<string, Place>();
  readonly #found: Placed[] = [];

  constructor(text: string, { marks = new MarkBudget(MAX_MARKS), locate = false }: ReadBounds) {
    this.#text = text;
    this.#lines = new LineTable(text);
    this.#marks = marks;
    this.#places = locate ? new Places() : undefined;
  }

  read(): void {
    this.#problems.collect(() => {
      this.#readDocuments();
    });
    if (this.#problems.none && this.#found.length === 0)
      this.#problems.add('no-blueprint', '', `the input holds no object of kind ${KIND}`);
  }

  result(): Read {
    const problems = this.#problems.list().map((problem) => ({
      ...problem,
      place: this.#problemPlaces.get(problem.path),
    }));
    const places = this.#places;
    const locators =
      places === undefined
        ? []
        : this.#found.map(({ value, start }) => new Locator(value, start, { places, lines: this.#lines }));
    const blueprints = this.#found.map(({ value }) => value);
    return { ok: problems.length === 0, blueprints, problems, locators };
  }

  #readDocuments(): void {
    try {
      for (const document of readDocuments(this.#text, this.#marks, this.#places)) {
        if (document.ok) this.#take(document);
        else for (const fault of document.faults.slice(0, MAX_FAULTS)) this.#addFault(fault);
      }
    } catch (error) {
      if (!(error instanceof TooManyMarks)) throw error;
      const what =
        'more marks (keys, values, brackets, commas) than are read, and far more than a blueprint needs';
      this.#problems.add('too-large', '', explainExcess(what));
    }
  }

  #take(document: Placed): void {
    for (const found of this.#itemsOf(document)) {
      if (!isObject(found.value) || found.value['kind'] !== KIND) continue;
      if (isLargerThan(found.value, MAX_INPUT_BYTES)) {
        const message = `the blueprint has more bytes as JSON than the largest object that a cluster stores, ${MAX_INPUT_BYTES}: split it into several blueprints`;
        this.#addFault({ rule: 'too-large', message, at: found.start });
      } else this.#found.push(found);
    }
  }

  /** The items of a list as `kubectl get -o yaml` writes it; else the value alone. */
  #itemsOf({ value, start }: Placed): Placed[] {
    if (!isObject(value)) return [{ value, start }];
    const { kind, items } = value;
    if ((kind !== 'List' && kind !== `${KIND}List`) || !Array.isArray(items)) return [{ value, start }];
    return items.map((item, i) => ({ value: item, start: this.#places?.find(items, i)?.value ?? start }));
  }

  #addFault({ rule, message, at }: Fault): void {
    if (at === undefined) {
      this.#problems.add(rule, '', message);
      return;
    }
    const place = this.#lines.find(at);
    const path = describePlace(place);
    this.#problemPlaces.set(path, place);
    this.#problems.add(rule, path, message);
  }
}
