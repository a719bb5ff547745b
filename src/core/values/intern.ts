/** The most texts that are shared at a time. When there are more, all are forgotten, for one more copy of each. */
const MOST = 4096;

/**
 * Makes a function that answers one and the same text for equal texts, so that thousands of them take the memory of
 * one. For texts of a bounded length.
 */
export function makeIntern(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= MOST) known.clear();
    known.set(text, text);
    return text;
  };
}
