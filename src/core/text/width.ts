import stringWidth from 'string-width';

/** Texts of which each character takes one column. */
const NARROW = /^[ -~]*$/;

/** How many columns of a terminal a text of one line takes. */
export function widthOf(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text);
}

/** A text that takes at most so many columns: one that is cut ends in `…`. */
export function cutToWidth(text: string, most: number): string {
  if (widthOf(text) <= most) return text;
  if (most < 1) return '';
  const taken = takeColumns(text, most - 1);
  return widthOf(taken) < most ? `${taken}…` : '…';
}

/** A text with spaces behind it, so that it takes at least so many columns. */
export function padToWidth(text: string, least: number): string {
  return text + ' '.repeat(Math.max(0, least - widthOf(text)));
}

/**
 * A text as lines of at most so many columns. It is folded between words; a word that is wider than a line is broken.
 * A line holds at least one character, however narrow it is.
 */
export function fold(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= columns) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line.trimEnd());
    line = word;
    while (widthOf(line) > columns) {
      const part = takeColumns(line, columns);
      lines.push(part);
      line = line.slice(part.length);
    }
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}

/** Makes the character before it an emoji, which is one column wider. */
const EMOJI_SELECTOR = '\ufe0f';

/** The first characters of a text that fit in so many columns, but at least one of them. */
function takeColumns(text: string, columns: number): string {
  if (NARROW.test(text)) return text.slice(0, Math.max(1, columns));
  let [taken, left] = ['', columns];
  for (const character of text) {
    // A character of several code points takes no more than they do one by one, so that none need be put together.
    left -= character === EMOJI_SELECTOR ? 1 : widthOf(character);
    if (left < 0 && taken !== '') break;
    taken += character;
  }
  return taken;
}
