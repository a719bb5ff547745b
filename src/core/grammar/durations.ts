/**
 * Grammars that Flux's controllers read texts by, beyond what the patterns of its CRDs say: durations, names,
 * addresses, regular expressions, ranges of versions, CEL, and the public keys of age. Each function answers what is
 * wrong with a text, as words that follow the field, and undefined where nothing is. They know neither Flux nor
 * blueprints, and take time linear in the text; what they cannot decide within that passes. `test/core/grammar/`
 * compares them with Go's own (`test/programs/go-grammars`). Begin with the file that is named like the grammar.
 */

/** A part of a duration: digits, a fraction, and the unit. */
const PART = /([0-9]+)(?:\.([0-9]*))?(ms|s|m|h)/y;
const NANOSECONDS = { ms: 1_000_000n, s: 1_000_000_000n, m: 60_000_000_000n, h: 3_600_000_000_000n } as const;
/** The longest duration of Go (`time.ParseDuration`), in nanoseconds: 292 years. */
const MAX = 2n ** 63n - 1n;

/**
 * Says why Go refuses a duration in Flux's form. One that is too long cannot be decoded by a controller, which then can
 * list no object of the kind at all, of whatever tenant.
 */
export function checkDuration(text: string): string | undefined {
  let sum = 0n;
  for (let at = 0; at < text.length;) {
    PART.lastIndex = at;
    const [whole, digits = '', fraction = '', unit = 's'] = PART.exec(text) ?? [];
    if (whole === undefined) return undefined;
    const significant = digits.replace(/^0+(?=[0-9])/, '');
    // 20 digits are more than any number of 64 bits has.
    if (significant.length > 20) return TOO_LONG;
    const length = NANOSECONDS[unit as keyof typeof NANOSECONDS];
    sum +=
      BigInt(significant) * length +
      BigInt(Math.trunc(Number(`0.${fraction.slice(0, 18)}0`) * Number(length)));
    if (sum > MAX) return TOO_LONG;
    at += whole.length;
  }
  return undefined;
}

const TOO_LONG = 'is longer than a duration of Go can be, which is 2562047h';
