import { toKey } from '../objects/ownership.ts';
import { toPrintable } from '../text/printable.ts';
import { displayName } from '../../api/object.ts';
import {
  type BlueprintDiff,
  type ObjectChange,
  countChanges,
  describeCounts,
  groupChanges,
  hasChanges,
  nameGroup,
} from './changes.ts';
import { type DiffLine, linesOf } from './lines.ts';

/** The longest comment, in characters. GitHub takes 65,536. */
const MAX_COMMENT = 60_000;

/** What of that the deletions may take, so that something is left for the rest. */
const MAX_DELETIONS = 25_000;

/** The most blueprints that are named. */
const MAX_BLUEPRINTS = 50;

/** The longest line, in characters. */
const MAX_LINE = 400;

/**
 * Diffs as a comment for a pull request, of at most {@link MAX_COMMENT} characters: what is left out is counted. What
 * others wrote stands in code only, so that it can neither mention anybody nor bring markup.
 */
export function printMarkdown(diffs: readonly BlueprintDiff[]): string {
  const comment = new Comment();
  comment.add('### What this changes\n');
  if (!hasChanges(diffs)) comment.add('\nNothing that FluxBlueprint generates.\n');
  for (const diff of diffs.slice(0, MAX_BLUEPRINTS))
    comment.add(`\n- ${code(`FluxBlueprint ${toKey(diff.key)}`)}: ${describeCounts(diff)}`);
  if (diffs.length > MAX_BLUEPRINTS) comment.add(`\n- and ${diffs.length - MAX_BLUEPRINTS} more blueprints`);
  comment.add('\n');
  addRefusals(comment, diffs);
  addDeletions(comment, diffs);
  for (const diff of diffs) addGroups(comment, diff, diffs.length > 1);
  return comment.end();
}

function addRefusals(comment: Comment, diffs: readonly BlueprintDiff[]): void {
  const lines = diffs.flatMap(({ refusals }) =>
    refusals.map(({ ref, message }) => `- ${toPrintable(`${displayName(ref)}: ${message}`)}`),
  );
  if (lines.length === 0) return;
  comment.add('\n#### ❌ The cluster refuses\n');
  comment.addCode(lines, MAX_DELETIONS);
}

function addDeletions(comment: Comment, diffs: readonly BlueprintDiff[]): void {
  const several = diffs.length > 1;
  const lines = diffs.flatMap((diff) =>
    diff.changes
      .filter(({ action }) => action === 'delete')
      .flatMap((change) => linesOf(change).map((line) => printLine(line) + placeOf(change, diff, several))),
  );
  if (lines.length === 0) return;
  const count = diffs.reduce((sum, { changes }) => sum + countChanges(changes).delete, 0);
  comment.add(`\n#### ⚠️ ${count === 1 ? '1 object is deleted' : `${count} objects are deleted`}\n`);
  comment.addCode(lines, MAX_DELETIONS);
}

function placeOf(change: ObjectChange, diff: BlueprintDiff, several: boolean): string {
  const where = nameGroup(change, diff.hasEnvironments);
  return toPrintable(several ? ` (${toKey(diff.key)}, ${where})` : ` (${where})`);
}

function addGroups(comment: Comment, diff: BlueprintDiff, several: boolean): void {
  const { changes, hasEnvironments, key } = diff;
  for (const group of groupChanges(changes.filter(({ action }) => action !== 'delete'))) {
    const where = nameGroup(group, hasEnvironments);
    const counts = describeCounts({ changes: group.changes, unchanged: 0 });
    // Names are checked to be names before; nothing of them is markup, and is escaped all the same.
    const title = escapeHtml(`${several ? `${toKey(key)}, ` : ''}${where}: ${counts}`);
    const lines = group.changes.flatMap(linesOf).map(printLine);
    comment.addDetails(title, lines);
  }
}

function printLine({ sign, depth, text }: DiffLine): string {
  // GitHub has a colour of its own for `!`.
  return `${sign === '~' ? '!' : sign} ${'    '.repeat(depth)}${text}`;
}

/** A text as inline code. */
function code(text: string): string {
  const printable = toPrintable(text);
  const fence = fenceFor([printable], 1);
  const [begin, end] = ['`', ' '].some((edge) => printable.startsWith(edge) || printable.endsWith(edge))
    ? [`${fence} `, ` ${fence}`]
    : [fence, fence];
  return begin + printable + end;
}

/** Backticks, more than any of the texts has in a row. */
function fenceFor(texts: readonly string[], least: number): string {
  let longest = 0;
  for (const text of texts) for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return '`'.repeat(Math.max(least, longest + 1));
}

function escapeHtml(text: string): string {
  const escaped: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '@': '&#64;' };
  return toPrintable(text).replace(/[&<>@]/g, (character) => escaped[character] ?? '');
}

/** A comment that grows until it is full. */
class Comment {
  #text = '';
  #left = 0;

  /** Adds a text of ours. It is short, and fits. */
  add(text: string): void {
    this.#text += text;
  }

  /** Adds lines as code, those that fit. */
  addCode(lines: readonly string[], most = Infinity): void {
    const cutLines = lines.map((line) =>
      line.length <= MAX_LINE ? line : `${line.slice(0, MAX_LINE - 1)}…`,
    );
    const fence = fenceFor(cutLines, 3);
    // The fences, and the words about what is left out.
    let room = Math.min(most, MAX_COMMENT - this.#text.length - 2 * fence.length - 500);
    const shown: string[] = [];
    for (const line of cutLines) {
      room -= line.length + 1;
      if (room < 0) break;
      shown.push(line.toWellFormed());
    }
    this.#left += lines.length - shown.length;
    if (shown.length > 0) this.#text += `\n${fence}diff\n${shown.join('\n')}\n${fence}\n`;
  }

  /** Adds lines that a reader opens by a click. */
  addDetails(title: string, lines: readonly string[]): void {
    if (MAX_COMMENT - this.#text.length < 2 * MAX_LINE + title.length + 500) {
      this.#left += lines.length;
      return;
    }
    this.#text += `\n<details><summary>${title}</summary>\n`;
    this.addCode(lines);
    this.#text += '\n</details>\n';
  }

  end(): string {
    if (this.#left === 0) return this.#text;
    return `${this.#text}\n**${this.#left} more lines are left out: run \`fluxblueprint diff\` to see them.**\n`;
  }
}
