/** Lines of a text that say something, and those of them outside of the values of charts. */
export interface Lines {
  all: number;
  /** Those that are not within `values:` of a HelmRelease. */
  outsideValues: number;
}

/** Counts the lines of YAML that say something: neither empty, nor a comment only, nor the mark between documents. */
export function countLines(text: string): Lines {
  const lines: Lines = { all: 0, outsideValues: 0 };
  let values = -1;
  for (const line of text.split('\n')) {
    const bare = line.trim();
    if (bare === '' || bare.startsWith('#') || /^---(?:\s|$)/.test(line)) continue;
    const indent = line.length - line.trimStart().length;
    if (values >= 0 && indent <= values) values = -1;
    lines.all += 1;
    if (values < 0) lines.outsideValues += 1;
    if (values < 0 && /^\s*values:\s*(?:&\S+\s*)?(?:#.*)?$/.test(line)) values = indent;
  }
  return lines;
}
