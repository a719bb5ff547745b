import { toKey } from '../objects/ownership.ts';
import type { Layout, Look } from '../text/layout.ts';
import { toPrintable } from '../text/printable.ts';
import { fold } from '../text/width.ts';
import { displayName } from '../../api/object.ts';
import { type BlueprintDiff, countChanges, describeCounts, groupChanges, nameGroup } from './changes.ts';
import { type DiffLine, type Sign, linesOf } from './lines.ts';

const LOOKS: Readonly<Partial<Record<Sign, Look>>> = { '+': 'good', '-': 'bad', '~': 'warning' };

/** By how many columns a step indents. */
const STEP = 4;

/** In a terminal narrower than this, in columns, everything is indented by a quarter of that. */
const NARROW = 60;

/** The least room for a text, in columns. */
const MIN_ROOM = 12;

/**
 * Diffs for people who look at a terminal: what is deleted first and together, then the rest by environment and layer,
 * field by field. Blueprints of which nothing changes have one line.
 */
export function printDiffs(diffs: readonly BlueprintDiff[], layout: Layout): string {
  return diffs.map((diff) => printDiff(diff, layout)).join('\n');
}

function printDiff(diff: BlueprintDiff, layout: Layout): string {
  const { key, changes, refusals } = diff;
  const name = `FluxBlueprint ${toPrintable(toKey(key))}`;
  const head = printLine({ sign: ' ', depth: 0, text: `${name}: ${describeCounts(diff)}` }, layout, {
    margin: 0,
    look: 'strong',
  });
  const refused = refusals.flatMap(({ ref, message }) =>
    printLine({ sign: ' ', depth: 0, text: `✗ ${toPrintable(`${displayName(ref)}: ${message}`)}` }, layout, {
      margin: 2,
      look: 'bad',
    }),
  );
  const deleted = changes.filter(({ action }) => action === 'delete');
  const groups = groupChanges(changes.filter(({ action }) => action !== 'delete'));
  const count = countChanges(changes).delete;
  const sections = [
    refused,
    deleted.length === 0
      ? []
      : [
          ...printHeading(`DELETED: ${count === 1 ? '1 object' : `${count} objects`}`, layout, 'bad'),
          ...deleted.flatMap((change) => [
            ...printLines(linesOf(change), layout, 4),
            ...printWhere(nameGroup(change, diff.hasEnvironments), layout),
          ]),
        ],
    ...groups.map((group) => [
      ...printHeading(toPrintable(nameGroup(group, diff.hasEnvironments)), layout, 'strong'),
      ...group.changes.flatMap((change) => printLines(linesOf(change), layout, 4)),
    ]),
  ].filter((section) => section.length > 0);
  return `${[head, ...sections].map((lines) => lines.join('\n')).join('\n')}\n`;
}

function printHeading(text: string, layout: Layout, look: Look): string[] {
  return printLine({ sign: ' ', depth: 0, text }, layout, { margin: 2, look });
}

function printWhere(where: string, layout: Layout): string[] {
  const line: DiffLine = { sign: ' ', depth: 0, text: toPrintable(`from ${where}`) };
  return printLine(line, layout, { margin: 6, look: 'faint' });
}

function printLines(lines: readonly DiffLine[], layout: Layout, margin: number): string[] {
  return lines.flatMap((line) => printLine(line, layout, { margin, look: LOOKS[line.sign] }));
}

/** A line with its sign, folded below its own text. Spaces at the begin of a text stay. */
function printLine(
  { sign, depth, text }: DiffLine,
  { columns, paint }: Layout,
  { margin, look }: { margin: number; look: Look | undefined },
): string[] {
  const wide = columns === undefined || columns >= NARROW;
  const indent = margin + depth * STEP;
  const before = ' '.repeat(wide ? indent : Math.ceil(indent / STEP));
  const put = (part: string): string => (look === undefined ? part : paint(look, part));
  const mark = sign === ' ' && depth === 0 ? '' : `${sign} `;
  const room = columns === undefined ? Infinity : Math.max(MIN_ROOM, columns - before.length - mark.length);
  const [first = '', ...others] = room === Infinity ? [text] : foldKeeping(text, room);
  const below = before + ' '.repeat(mark.length);
  return [`${before}${put(mark + first)}`, ...others.map((part) => `${below}${put(part)}`)].map((line) =>
    line.trimEnd(),
  );
}

/** {@link fold} with the spaces that a text begins with, as far as there is room. */
function foldKeeping(text: string, room: number): string[] {
  const trimmed = text.trimStart();
  const indent = ' '.repeat(Math.min(text.length - trimmed.length, Math.max(0, room - MIN_ROOM)));
  return fold(trimmed, room - indent.length).map((line) => indent + line);
}
