import { RE2JS } from 're2js';

/** What compiling may cost: the characters of an expression, times how often its counts repeat them. */
const MAX_COST = 20_000;

/**
 * Says why RE2 refuses a regular expression, which all controllers of Flux and SOPS use. Of one that would cost much to
 * compile nothing is known.
 */
export function checkRegularExpression(text: string): string | undefined {
  if (costOf(text) > MAX_COST) return undefined;
  try {
    RE2JS.compile(text);
    return undefined;
  } catch (error) {
    // Go takes two groups of one name, and names of characters in small letters.
    if (/duplicate/i.test(String(error)) || /\\p/i.test(text)) return undefined;
    const what = /lookahead|lookbehind|\(\?[=!<]/i.test(String(error)) || /\(\?<?[=!]/.test(text);
    return what
      ? 'is no regular expression of RE2, which knows no lookahead and no lookbehind'
      : 'is no regular expression of RE2 (https://github.com/google/re2/wiki/Syntax)';
  }
}

function costOf(text: string): number {
  let cost = text.length;
  for (const [, low = '', high = ''] of text.matchAll(/\{([0-9]{1,5})(?:,([0-9]{0,5}))?\}/g)) {
    cost *= Math.max(1, Number(low), Number(high));
    if (cost > MAX_COST) break;
  }
  return cost;
}
