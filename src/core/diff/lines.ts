import type { Json } from '../../api/object.ts';
import { displayName } from '../../api/object.ts';
import { toPrintable } from '../text/printable.ts';
import { cut } from '../values/truncate.ts';
import { type ObjectChange } from './changes.ts';
import type { FieldChange } from './compare.ts';
import { HIDDEN } from './credentials.ts';
import { compareLines } from './text-lines.ts';

/** What a line of a diff says: something comes, goes, or differs; or it only shows where. */
export type Sign = '+' | '-' | '~' | ' ';

/** A line of a diff. Its text is printable, whoever wrote what it shows. */
export interface DiffLine {
  sign: Sign;
  /** How far it is indented, in steps. */
  depth: number;
  text: string;
}

/** The sign of what happens to an object. */
export const SIGNS = { delete: '-', update: '~', create: '+' } as const;

/** An object's change as lines: which one it is, and below it its fields. */
export function linesOf(change: ObjectChange): DiffLine[] {
  const { action, ref, path, consequence, fields } = change;
  const details = action === 'delete' ? consequence : path;
  const name = toPrintable(displayName(ref));
  const text = details === undefined ? name : `${name}  ${toPrintable(details)}`;
  return [{ sign: SIGNS[action], depth: 0, text }, ...fields.flatMap(linesOfField)];
}

function linesOfField(field: FieldChange): DiffLine[] {
  const { before, after, hidden } = field;
  const path = toPrintable(field.path);
  const sign = before === undefined ? '+' : after === undefined ? '-' : '~';
  if (hidden && (before ?? after) === HIDDEN)
    return [{ sign, depth: 1, text: `${path}: ${describeHidden(field)}` }];
  if (isBlock(before) || isBlock(after))
    return [{ sign, depth: 1, text: `${path}:` }, ...linesOfText(before, after)];
  const values = [before, after].filter((value) => value !== undefined).map(printValue);
  return [{ sign, depth: 1, text: `${path}: ${values.join(' → ')}` }];
}

function describeHidden({ before, after }: FieldChange): string {
  const changes = before !== undefined && after !== undefined;
  return changes
    ? `${HIDDEN}, and it changes: it looks like a credential`
    : `${HIDDEN}: it looks like a credential`;
}

/** Whether a value is a text of several lines. */
function isBlock(value: Json | undefined): boolean {
  return typeof value === 'string' && value.trimEnd().includes('\n');
}

function linesOfText(before: Json | undefined, after: Json | undefined): DiffLine[] {
  return compareLines(textOf(before), textOf(after)).map(({ sign, text }) => ({
    sign,
    depth: 2,
    text: printText(text),
  }));
}

function textOf(value: Json | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The longest value that is shown, in characters. */
const MAX_VALUE = 2000;

function printText(text: string): string {
  return toPrintable(cut(text, MAX_VALUE).toWellFormed());
}

/** Texts that need no quotes, because nobody takes them for something else. */
const PLAIN = /^[A-Za-z_./*^~@<>=][\w ./:@*^~<>=,+-]*$|^\d[\dA-Z_.]*[a-z/:-][\w./:-]*$/;

/** Words that are no texts in YAML. */
const WORDS = /^(?:true|false|null|yes|no|on|off|~|\.inf|\.nan)$/i;

function printValue(value: Json): string {
  if (typeof value !== 'string') return printText(JSON.stringify(value));
  const isPlain = PLAIN.test(value) && !WORDS.test(value) && !value.endsWith(' ');
  return isPlain ? printText(value) : printText(JSON.stringify(value));
}
