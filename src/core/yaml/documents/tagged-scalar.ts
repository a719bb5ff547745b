import {
  readPlainKey,
  readPlainScalar,
  typeOfPlain,
  type PlainType,
  type PlainValue,
} from './plain-scalar.ts';
import { YAML_TAG } from '../tokens/scan-properties.ts';
import { isTimestamp } from './timestamp.ts';

/** A scalar as it is written. */
export interface Scalar {
  text: string;
  /** Its tag in full; empty where it has none. */
  tag: string;
  /** Whether its text alone says its type: it has neither quotes nor a tag. */
  untyped: boolean;
}

/** A scalar that is not what its tag says. */
export interface Mismatch {
  /** The tag as people write it, such as `!!int`. */
  tag: string;
}

/** Bytes that are no text, which JSON cannot hold. */
export interface Binary {
  unkept: 'binary';
}

/** What a scalar is as a value; a {@link Mismatch} where its tag forbids it. */
export function readScalar(scalar: Scalar): PlainValue | Mismatch | Binary {
  const { text, tag, untyped } = scalar;
  if (untyped) return readPlainScalar(text);
  const kind = TYPED[tag];
  if (kind !== undefined) return readTyped(scalar, kind);
  return tag === BINARY ? readBinary(text) : text;
}

/** The text that a scalar becomes as a key; undefined where Kubernetes takes no such key. */
export function readKey(scalar: Scalar): string | undefined {
  const { text, tag, untyped } = scalar;
  if (untyped) return readPlainKey(text);
  const kind = TYPED[tag];
  if (kind === undefined) {
    const value = readScalar(scalar);
    return typeof value === 'string' ? value : undefined;
  }
  if (!fits(text, kind)) return undefined;
  if (kind === 'timestamp') return text;
  return readPlainKey(text, kind === 'number');
}

type TypeByTag = PlainType | 'timestamp';

/** The tags that ask for a type. Every other tag leaves the text as it is. */
const TYPED: Readonly<Partial<Record<string, TypeByTag>>> = Object.assign(
  Object.create(null) as object,
  {
    [`${YAML_TAG}bool`]: 'boolean',
    [`${YAML_TAG}int`]: 'integer',
    [`${YAML_TAG}float`]: 'number',
    [`${YAML_TAG}null`]: 'null',
    [`${YAML_TAG}timestamp`]: 'timestamp',
  } as const,
);

const BINARY = `${YAML_TAG}binary`;

function readTyped({ text, tag }: Scalar, kind: TypeByTag): PlainValue | Mismatch {
  if (!fits(text, kind)) return mismatchOf(tag);
  if (kind === 'timestamp') return text;
  return readPlainScalar(text, kind === 'number');
}

/** Whether a text is of a type, or an integer where a number is asked for. */
function fits(text: string, kind: TypeByTag): boolean {
  if (kind === 'timestamp') return isTimestamp(text);
  const found = typeOfPlain(text);
  return found === kind || (kind === 'number' && found === 'integer' && !isUnsigned(text));
}

/** Whether an integer has 64 bits, and no room for a sign: go-yaml makes no number with a fraction of those. */
function isUnsigned(text: string): boolean {
  return readPlainKey(text) === undefined;
}

function mismatchOf(tag: string): Mismatch {
  return { tag: `!!${tag.slice(YAML_TAG.length)}` };
}

/** Reads text in base 64, which may have line breaks. */
function readBinary(text: string): string | Mismatch | Binary {
  const digits = text.replaceAll(/[\r\n]/g, '');
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) return mismatchOf(BINARY);
  const bytes = Uint8Array.from(atob(digits), (octet) => octet.charCodeAt(0));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { unkept: 'binary' };
  }
}
