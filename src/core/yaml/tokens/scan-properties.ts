import { type Cursor, endsWord } from './cursor.ts';
import { ReadingEnd } from './fault.ts';

/** The prefix that `!!` stands for. */
export const YAML_TAG = 'tag:yaml.org,2002:';

/** Reads the name of an anchor or alias. The cursor stands at `&` or `*`. */
export function scanName(cursor: Cursor): string {
  const start = cursor.at;
  cursor.at += 1;
  const name = passMatch(cursor, NAME);
  const ended = endsWord(cursor.code) || '?:,]}%@`'.includes(cursor.text[cursor.at] ?? '');
  if (name === '' || !ended) {
    const message =
      'the name of an anchor or alias has letters, digits, - and _: quote the value, if it is meant as text';
    throw new ReadingEnd(message, start);
  }
  return name;
}

const NAME = /[\w-]*/y;
const URI = /[\w\-;/?:@&=+$,.!~*'()[\]%]*/y;

function passMatch(cursor: Cursor, expression: RegExp): string {
  expression.lastIndex = cursor.at;
  const [found = ''] = expression.exec(cursor.text) ?? [];
  cursor.at += found.length;
  return found;
}

/**
 * Reads a tag, and answers it in full: `!!str` as `tag:yaml.org,2002:str`. Answers an empty text where its handle is
 * not known. The cursor stands at `!`.
 */
export function scanTag(cursor: Cursor): string {
  const start = cursor.at;
  const tag = cursor.text[start + 1] === '<' ? scanVerbatim(cursor) : scanShort(cursor);
  if (!endsWord(cursor.code))
    throw new ReadingEnd('a tag ends with a space: quote the value, if it is meant as text', start);
  return tag;
}

/** Why a tag is refused that begins with a handle such as `!name!`. */
export const UNKNOWN_TAG = 'no such tag is known: known are those that begin with !!, such as !!str';

function scanVerbatim(cursor: Cursor): string {
  const start = cursor.at;
  cursor.at += 2;
  const uri = unescapeUri(passMatch(cursor, URI), start);
  if (uri === '' || cursor.text[cursor.at] !== '>')
    throw new ReadingEnd('a tag that begins with !< is an address that ends with >', start);
  cursor.at += 1;
  return uri;
}

function scanShort(cursor: Cursor): string {
  const start = cursor.at;
  cursor.at += 1;
  const handle = passMatch(cursor, NAME);
  if (cursor.text[cursor.at] !== '!') return `!${handle}${unescapeUri(passMatch(cursor, URI), start)}`;
  cursor.at += 1;
  const suffix = unescapeUri(passMatch(cursor, URI), start);
  if (suffix === '') throw new ReadingEnd(UNKNOWN_TAG, start);
  return handle === '' ? YAML_TAG + suffix : '';
}

/** Reads `%41` as `A`. Other characters than those of ASCII stand in no tag that is known, so they become U+FFFD. */
function unescapeUri(uri: string, at: number): string {
  if (!uri.includes('%')) return uri;
  const octets = uri.replaceAll(ESCAPED, (_, first: string) => {
    const code = Number.parseInt(first, 16);
    return code < 0x80 ? String.fromCharCode(code) : '\ufffd';
  });
  // What is left of a percent sign was no escape, or none of UTF-8.
  if (uri.replaceAll(ESCAPED, '').includes('%'))
    throw new ReadingEnd('in a tag, % begins an escape of UTF-8 such as %41', at);
  return octets;
}

/** One character in UTF-8, each octet escaped. */
const ESCAPED =
  /%([0-7][\da-fA-F])|%[cdCD][\da-fA-F]%[89abAB][\da-fA-F]|%[eE][\da-fA-F](?:%[89abAB][\da-fA-F]){2}|%[fF][0-7](?:%[89abAB][\da-fA-F]){3}/g;
