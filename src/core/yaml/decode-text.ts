import { LineTable, type Place } from './line-table.ts';

/** The text of an input, or why it has none. */
export type Decoded = { ok: true; text: string } | { ok: false; message: string; place: Place | undefined };

/**
 * Decodes an input, which must be UTF-8. Names the encoding that it seems to have instead, or the place of the first
 * byte that is wrong.
 */
export function decodeText(bytes: Uint8Array): Decoded {
  const other = findOtherEncoding(bytes);
  if (other !== undefined) return { ok: false, message: `is ${other}; save it as UTF-8`, place: undefined };
  const text = decode(bytes, false);
  if (text !== undefined) return { ok: true, text };
  // The first bytes of a character without its last ones are valid so far, but they are what is wrong.
  const before = decode(bytes.subarray(0, findValidEnd(bytes)), true) ?? '';
  const byte = (bytes[new TextEncoder().encode(before).length] ?? 0)
    .toString(16)
    .toUpperCase()
    .padStart(2, '0');
  const message = `the byte 0x${byte} is no UTF-8; save the file as UTF-8`;
  return { ok: false, message, place: new LineTable(before).find(before.length) };
}

/** The first bytes of texts in other encodings: their byte order marks, and ASCII characters; `x` is any but zero. */
const BEGINNINGS: readonly [string, readonly (number | 'x')[]][] = [
  ['UTF-32', [0xff, 0xfe, 0, 0]],
  ['UTF-32', [0, 0, 0xfe, 0xff]],
  ['UTF-32', ['x', 0, 0, 0]],
  ['UTF-32', [0, 0, 0, 'x']],
  ['UTF-16', [0xff, 0xfe]],
  ['UTF-16', [0xfe, 0xff]],
  ['UTF-16', ['x', 0]],
  ['UTF-16', [0, 'x']],
];

function findOtherEncoding(bytes: Uint8Array): string | undefined {
  const found = BEGINNINGS.find(([, beginning]) =>
    beginning.every((wanted, i) => (wanted === 'x' ? (bytes[i] ?? 0) !== 0 : bytes[i] === wanted)),
  );
  return found?.[0];
}

/** The text of UTF-8 with its byte order mark; undefined if it is none. `open` allows half a character at the end. */
function decode(bytes: Uint8Array, open: boolean): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: open });
  } catch {
    return undefined;
  }
}

/** How many bytes at the start are UTF-8: what is wrong stays wrong when more follows, so halving finds it. */
function findValidEnd(bytes: Uint8Array): number {
  let [valid, wrong] = [0, bytes.length];
  while (valid < wrong) {
    const middle = Math.ceil((valid + wrong) / 2);
    if (decode(bytes.subarray(0, middle), true) === undefined) wrong = middle - 1;
    else valid = middle;
  }
  return valid;
}
