import { structuredPatch } from 'diff';

/** A line of a text of which some lines differ. */
export interface TextLine {
  sign: '+' | '-' | ' ';
  text: string;
}

/** How many lines are shown before and behind what differs. */
const CONTEXT = 2;

/**
 * How many lines may differ, so that the time is bounded; above that, all lines go and all lines come. The time grows
 * by the product of this and the length of the texts.
 */
const MAX_EDITS = 500;

/** The lines of two texts that differ, with some around them; `…` stands for lines that are left out. */
export function compareLines(before: string, after: string): TextLine[] {
  if (before === '' || after === '') return [...all(before, '-'), ...all(after, '+')];
  const options = { context: CONTEXT, maxEditLength: MAX_EDITS };
  const patch = structuredPatch('', '', endLine(before), endLine(after), undefined, undefined, options);
  if (patch === undefined) return [...all(before, '-'), ...all(after, '+')];
  const hunks = patch.hunks.map(({ lines }) => lines.map(readLine));
  if (hunks.length === 0) return [...all(before, '-'), ...all(after, '+')];
  const first = patch.hunks[0]?.oldStart ?? 1;
  const gap: TextLine = { sign: ' ', text: '…' };
  return hunks.flatMap((lines, i) => (i > 0 || first > 1 ? [gap, ...lines] : lines));
}

/** With a line break at its end: whether there is one is told by none of the lines. */
function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

function all(text: string, sign: '+' | '-'): TextLine[] {
  if (text === '') return [];
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  return lines.map((line) => ({ sign, text: line }));
}

function readLine(line: string): TextLine {
  const sign = line.startsWith('+') ? '+' : line.startsWith('-') ? '-' : ' ';
  return { sign, text: line.slice(1) };
}
