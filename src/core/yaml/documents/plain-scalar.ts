/** The type that an unquoted text has to Kubernetes. */
export type PlainType = 'text' | 'boolean' | 'null' | 'integer' | 'number';

/** What a plain scalar is to Kubernetes: `unkept` is a number that JSON or a double cannot hold. */
export type PlainValue =
  string | number | boolean | null | { unkept: 'infinite' | 'not a number' | 'too long' };

const WORDS = new Map<string, PlainValue>([
  ...words(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'], true),
  ...words(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'], false),
  ...words(['', '~', 'null', 'Null', 'NULL'], null),
  ...words(['.nan', '.NaN', '.NAN'], { unkept: 'not a number' }),
  ...words(['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF', '-.inf', '-.Inf', '-.INF'], {
    unkept: 'infinite',
  }),
]);

function words(list: readonly string[], value: PlainValue): [string, PlainValue][] {
  return list.map((word) => [word, value]);
}

/**
 * Reads an unquoted scalar as `sigs.k8s.io/yaml` does, whose table is that of go-yaml v2: `yes` is a boolean, `0o17`
 * and `017` are 15, `123e4567` is text because no double holds it, and so are dates. A merge key `<<` is text here.
 * With `rounded`, an integer that a double does not hold is rounded.
 */
export function readPlainScalar(text: string, rounded = false): PlainValue {
  if (text.length <= LONGEST_WORD) {
    const word = WORDS.get(text);
    if (word !== undefined) return word;
  }
  if (!mayBeNumber(text.charCodeAt(0))) return text;
  const digits = withoutUnderscores(text);
  const integer = readInteger(digits);
  if (integer !== undefined) return rounded ? Number(integer) : keepInteger(integer);
  if (!/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(digits)) return text;
  const number = Number(digits);
  return Number.isFinite(number) ? number : text;
}

const LONGEST_WORD = 5;

/** Whether a number may begin with a character: a digit, a sign or a dot. */
function mayBeNumber(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2b || code === 0x2d || code === 0x2e;
}

/** Behind a dot in front, go-yaml lets an underscore stand between digits only; elsewhere anywhere. */
function withoutUnderscores(text: string): string {
  return text.replaceAll(text.startsWith('.') ? /(?<=\d)_(?=\d)/g : '_', '');
}

/** The type of an unquoted text. */
export function typeOfPlain(text: string): PlainType {
  const value = readPlainScalar(text);
  if (value === null) return 'null';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  return readInteger(withoutUnderscores(text)) === undefined ? 'number' : 'integer';
}

/** Whether a text has to be quoted, because it would be read back as something else. */
export function isMisread(text: string): boolean {
  return text === '<<' || readPlainScalar(text) !== text;
}

const LEAST = -(2n ** 63n);
const MOST_SIGNED = 2n ** 63n;
const MOST_UNSIGNED = 2n ** 64n;

/** The longest integer that 64 bits hold, in binary with sign and prefix. Longer ones may have zeros in front. */
const SHORT = 80;

/** An integer in Go's notation; undefined where there is none, or none of 64 bits. */
function readInteger(text: string): bigint | undefined {
  // go-yaml reads `0b-1` as -1, but no second sign elsewhere.
  const match =
    /^(0b)([-+])([01]+)$/.exec(text) ?? /^([-+]?)(0[bB]|0[oO]|0[xX]|0(?=\d))?([\da-fA-F]+)$/.exec(text);
  if (match === null) return undefined;
  const [, first, second, digits = ''] = match;
  const [sign, prefix = ''] = first === '0b' ? [second, first] : [first, second];
  const size = readDigits(prefix.toLowerCase(), digits);
  if (size === undefined) return undefined;
  return fitIn64Bits(sign === '-' ? -size : size, sign !== '');
}

/** Go reads more than 63 bits only where no sign stands. */
function fitIn64Bits(value: bigint, signed: boolean): bigint | undefined {
  return value >= LEAST && value < (signed ? MOST_SIGNED : MOST_UNSIGNED) ? value : undefined;
}

function readDigits(prefix: string, digits: string): bigint | undefined {
  const [allowed, mark] = DIGITS[prefix] ?? [/^\d+$/, ''];
  const significant = digits.replace(/^0+(?=.)/, '');
  if (significant.length > SHORT || !allowed.test(digits)) return undefined;
  return BigInt(mark + significant);
}

/** The digits of each prefix, and the mark that JavaScript wants before them. */
const DIGITS: Readonly<Record<string, [RegExp, string]>> = {
  '': [/^\d+$/, ''],
  '0': [/^[0-7]+$/, '0o'],
  '0o': [/^[0-7]+$/, '0o'],
  '0b': [/^[01]+$/, '0b'],
  '0x': [/^[\da-fA-F]+$/, '0x'],
};

/** An integer that is written back with other digits is not kept: it would change without a word. */
function keepInteger(value: bigint): PlainValue {
  const number = Number(value);
  return String(number) === String(value) ? number : { unkept: 'too long' };
}

/**
 * The text that an unquoted key becomes; undefined where Kubernetes takes no such key. An integer's digits stay,
 * however many; other numbers, and integers with `rounded`, are written as Kubernetes does, in 32 bits.
 */
export function readPlainKey(text: string, rounded = false): string | undefined {
  const value = readPlainScalar(text);
  if (value === null) return undefined;
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  if (typeof value === 'object') {
    if (value.unkept === 'not a number') return '.nan';
    if (value.unkept === 'infinite') return text.startsWith('-') ? '-.inf' : '.inf';
  }
  return readNumericKey(text, rounded);
}

function readNumericKey(text: string, rounded: boolean): string | undefined {
  const digits = text.replaceAll('_', '');
  const integer = readInteger(digits);
  if (integer === undefined || rounded) return formatFloat(Number(integer ?? digits));
  // Kubernetes refuses a key of more than 63 bits.
  return integer < MOST_SIGNED ? String(integer) : undefined;
}

/** Writes a number as Go's `FormatFloat(x, 'g', -1, 32)`: the fewest digits that are the same number in 32 bits. */
function formatFloat(value: number): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single < 0 ? '-.inf' : '.inf';
  if (single === 0) return Object.is(single, -0) ? '-0' : '0';
  const written = shortestOf(single);
  const [mantissa = '', power = ''] = written.split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(Number(written));
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${size}`;
}

/** The shortest notation with an exponent that is the same number in 32 bits; nine digits always are. */
function shortestOf(single: number): string {
  for (let digits = 0; digits < 8; digits++) {
    const shorter = single.toExponential(digits);
    if (Math.fround(Number(shorter)) === single) return shorter;
  }
  return single.toExponential(8);
}
