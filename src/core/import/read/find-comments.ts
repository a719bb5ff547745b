import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Steps } from '../../values/path.ts';

/** A comment of a document, and the steps to what it is about: to the object itself where there are none. */
export interface SourceComment {
  steps: Steps;
  /** Its lines, without `#`. */
  lines: string[];
}

/** Comments about the file for programs, which mean nothing elsewhere. */
const FOR_PROGRAMS = /^ ?(?:yaml-language-server:|yamllint |kics-scan |prettier-ignore|---)/;

/** The longest document whose comments are looked for, in characters. */
const MAX_LENGTH = 1_000_000;

/** The comments of a document that holds one object. Those that stand behind something are about that. */
export function findComments(text: string): SourceComment[] {
  if (!text.includes('#') || text.length > MAX_LENGTH) return [];
  const document = parseDocument(text.replace(/^---[^\n]*\n/, ''), { logLevel: 'silent', version: '1.1' });
  if (document.errors.length > 0) return [];
  const found: SourceComment[] = [];
  add(found, [], document.commentBefore);
  visit(document.contents, [], found);
  return found;
}

function add(found: SourceComment[], steps: Steps, comment: string | null | undefined): void {
  const lines = (comment ?? '').split('\n').filter((line) => line.trim() !== '' && !FOR_PROGRAMS.test(line));
  if (lines.length > 0) found.push({ steps, lines });
}

function visit(node: unknown, steps: Steps, found: SourceComment[]): void {
  if (isScalar(node)) {
    add(found, steps, node.comment);
  } else if (isMap(node)) {
    // What stands before the first field of a map is about that field.
    const first = node.items[0]?.key;
    add(
      found,
      isScalar(first) && steps.length > 0 ? [...steps, String(first.value)] : steps,
      node.commentBefore,
    );
    for (const { key, value } of node.items) {
      if (!isScalar(key)) continue;
      const at = [...steps, String(key.value)];
      add(found, at, key.commentBefore);
      visit(value, at, found);
    }
    add(found, steps, node.comment);
  } else if (isSeq(node)) {
    add(found, steps, node.commentBefore);
    node.items.forEach((item, i) => {
      if (isScalar(item)) add(found, [...steps, i], item.commentBefore);
      visit(item, [...steps, i], found);
    });
    add(found, steps, node.comment);
  }
}
