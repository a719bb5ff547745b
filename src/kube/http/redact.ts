/** What stands for a value that is not repeated. */
const MASK = '***';

/** Where the API server repeats a value (k8s.io/apimachinery `field.Error`). */
const BEFORE_VALUE = /\b(?:Invalid|Unsupported|Duplicate) value: /g;

/** Where a typed patch repeats all that stands in the place of another type (structured-merge-diff). */
const WRONG_TYPE = /, got &?value[\s\S]*$/;

/** How far the first part of a reason is looked for, in characters. */
const MAX_REASON = 1024;

/** The most characters of a message that are kept, as many as a condition takes; of more, twice that is looked at. */
const MAX_MESSAGE = 32_768;

/** Fields below which people write what may be secret, whatever the kind. */
const PRIVATE_FIELDS = new Set([
  ...['values', 'substitute', 'data', 'stringData', 'address', 'channel', 'username', 'proxy', 'url'],
  ...['patches', 'patch', 'template', 'headers', 'postRenderers'],
]);

/** Shorter texts are no secrets, and stand in too many messages by chance. */
const MIN_LENGTH = 6;

/**
 * What the API server says of a request, without the values that it repeats of it: for an invalid field it names path
 * and value, and a policy may repeat anything. The path is enough for whoever wrote the value.
 */
export function maskMessage(message: string, sent?: unknown): string {
  return maskSent(withoutValues(message.slice(0, 2 * MAX_MESSAGE)), sent).slice(0, MAX_MESSAGE);
}

function withoutValues(message: string): string {
  let result = '';
  let end = 0;
  for (const { index, 0: before } of message.matchAll(BEFORE_VALUE)) {
    // Inside a value that was left out already.
    if (index < end) continue;
    const start = index + before.length;
    if (hasNoValue(message, start)) continue;
    result += message.slice(end, start) + MASK;
    end = endOfValue(message, start);
  }
  return (result + message.slice(end)).replace(WRONG_TYPE, `, got ${MASK}`);
}

/** Whether what follows is the reason, in several words: of some values the API server repeats nothing. */
function hasNoValue(message: string, start: number): boolean {
  const [first = ''] = /^[^"{[]*?(?=: |, |$)/.exec(message.slice(start, start + MAX_REASON)) ?? [];
  return /\S\s+\S/.test(first);
}

/** Where a value ends: a quoted text, JSON, or a plain word, which a colon, a comma or a bracket ends. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const char = text[i] ?? '';
    if (char === '"') i = endOfQuote(text, i);
    else if ('{['.includes(char)) depth++;
    else if ('}]'.includes(char)) depth--;
    if (depth < 0) return i;
    if (depth === 0 && /^(?:: |, |$)/.test(text.slice(i + 1, i + 3))) return i + 1;
  }
  return text.length;
}

/** The index of the quote that closes one; of the last character where none does. */
function endOfQuote(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  return text.length - 1;
}

function maskSent(message: string, sent: unknown): string {
  const found = [...new Set(privateTexts(sent, false))].filter((text) => message.includes(text));
  // The longest first: one may be part of another.
  return found
    .sort((a, b) => b.length - a.length)
    .reduce((masked, text) => masked.replaceAll(text, MASK), message);
}

/** The texts below private fields, as they are and as JSON writes them, line by line. */
function* privateTexts(value: unknown, isPrivate: boolean): Generator<string> {
  if (typeof value === 'string') {
    if (!isPrivate) return;
    const escaped = JSON.stringify(value).slice(1, -1);
    for (const text of [value, escaped, ...value.split('\n')]) if (text.length >= MIN_LENGTH) yield text;
  } else if (typeof value === 'object' && value !== null) {
    for (const [field, content] of Object.entries(value))
      yield* privateTexts(content, isPrivate || PRIVATE_FIELDS.has(field));
  }
}
