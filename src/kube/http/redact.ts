/** What replaces a value. */
const REDACTED = '***';

/** The text before a value that the API server repeats (k8s.io/apimachinery `field.Error`). */
const BEFORE_VALUE = /\b(?:Invalid|Unsupported|Duplicate) value: /g;

/** The text by which structured-merge-diff repeats the whole of a value that has the wrong type. */
const WRONG_TYPE = /, got &?value[\s\S]*$/;

/** How much text is searched for the first part of a reason, in characters. */
const MAX_REASON = 1024;

/** The longest message that is kept, in characters: the limit of a condition. Twice as much of it is read. */
const MAX_MESSAGE = 32_768;

/** Fields whose content may be secret, whatever the kind. */
const PRIVATE_FIELDS = new Set([
  ...['values', 'substitute', 'data', 'stringData', 'address', 'channel', 'username', 'proxy', 'url'],
  ...['patches', 'patch', 'template', 'headers', 'postRenderers'],
]);

/** Shorter texts, in characters, are no secrets, and occur in too many messages by chance. */
const MIN_LENGTH = 6;

/**
 * A message of the API server without the values of the request that it repeats. For an invalid field it names the path
 * and the value, and an admission policy may repeat anything. The path is enough for the author of the value.
 *
 * @param sent the request's body: texts below its private fields are redacted wherever they occur in the message.
 */
export function redactMessage(message: string, sent?: unknown): string {
  return redactSent(withoutValues(message.slice(0, 2 * MAX_MESSAGE)), sent).slice(0, MAX_MESSAGE);
}

function withoutValues(message: string): string {
  let result = '';
  let end = 0;
  for (const { index, 0: before } of message.matchAll(BEFORE_VALUE)) {
    // This match lies inside a value that is left out already.
    if (index < end) continue;
    const start = index + before.length;
    if (hasNoValue(message, start)) continue;
    result += message.slice(end, start) + REDACTED;
    end = endOfValue(message, start);
  }
  return (result + message.slice(end)).replace(WRONG_TYPE, `, got ${REDACTED}`);
}

/** Whether a reason follows, in several words, instead of a value: the API server does not repeat every value. */
function hasNoValue(message: string, start: number): boolean {
  const [first = ''] = /^[^"{[]*?(?=: |, |$)/.exec(message.slice(start, start + MAX_REASON)) ?? [];
  return /\S\s+\S/.test(first);
}

/** The end of a value: of a quoted text, of JSON, or of a plain word, which a colon, a comma or a bracket ends. */
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

/** The index of the closing quote; of the last character if there is none. */
function endOfQuote(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  return text.length - 1;
}

function redactSent(message: string, sent: unknown): string {
  const found = [...new Set(privateTexts(sent, false))].filter((text) => message.includes(text));
  // Longest first, because one text may be part of another.
  return found
    .sort((a, b) => b.length - a.length)
    .reduce((redacted, text) => redacted.replaceAll(text, REDACTED), message);
}

/** The texts below private fields: as they are, as JSON writes them, and each of their lines. */
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
