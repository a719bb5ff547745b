import { type Json, displayName } from '../../api/object.ts';
import type { Assembled } from '../compile/assemble.ts';
import { findCredentialShape } from '../credentials/credential-shapes.ts';
import type { Layout } from '../text/layout.ts';
import { type Cell, type Table, printTable } from '../text/table.ts';
import { toOneLine } from '../text/printable.ts';
import { fold, widthOf } from '../text/width.ts';
import { isObject } from '../values/json.ts';
import { joinPath } from '../values/path.ts';
import { clip } from '../values/truncate.ts';
import type { Cause, FieldOrigin } from './cause.ts';
import type { Explanation } from './explain.ts';

/** Names the place of a path of the blueprint for people: `platform.yaml:12:5`, or the path where there is no file. */
export type Where = (path: string) => string;

/** The longest value that is shown, in characters. */
const MAX_VALUE = 60;

/** What is shown in place of a value that looks like a credential. */
const HIDDEN = '***';

/** Explains an object: a table of its fields, or all there is to say where it is about one field. */
export function printExplanation(explanation: Explanation, where: Where, layout: Layout): string {
  const { assembled, fields, more } = explanation;
  const head = printHead(assembled, where, layout);
  const [field, ...others] = fields;
  const isOne = field !== undefined && others.length === 0;
  const body = printTable(isOne ? tableOfField(field, where) : tableOfFields(fields, where), layout);
  return `${head}${body}${more === 0 ? '' : `and ${more} more fields: name one of them\n`}`;
}

/** Lists the objects of a blueprint, and where each is written. */
export function printObjectList(all: readonly Assembled[], where: Where, layout: Layout): string {
  const rows = all.map((assembled) => [
    nameOf(assembled),
    toOneLine(assembled.object.title),
    where(assembled.object.path),
  ]);
  return printTable({ headings: ['OBJECT', 'NAME', 'FROM'], rows }, layout);
}

function nameOf({ object }: Assembled): string {
  return toOneLine(displayName(object.ref));
}

/** The object and where it is written, on one line where that fits. */
function printHead(assembled: Assembled, where: Where, { columns = Infinity, paint }: Layout): string {
  const [name, place] = [nameOf(assembled), placeOf(assembled, where)];
  if (widthOf(name) + 2 + widthOf(place) <= columns) return `${paint('strong', name)}  ${place}\n`;
  const room = Math.max(MIN_COLUMNS, columns);
  const names = fold(name, room).map((line) => paint('strong', line));
  return [...names, ...fold(place, room)].map((line) => `${line}\n`).join('');
}

/** The narrowest terminal that is heeded, in columns. */
const MIN_COLUMNS = 10;

function placeOf({ object }: Assembled, where: Where): string {
  return toOneLine(`${object.title}, ${where(object.path)}`);
}

function tableOfFields(fields: readonly FieldOrigin[], where: Where): Table {
  return {
    headings: ['FIELD', 'VALUE', 'FROM', 'WHY'],
    rows: fields.map((field) => {
      const [first, ...others] = field.causes;
      return [
        joinPath('', field.steps),
        showValue(field.value),
        first === undefined ? '' : fromOf(first, where),
        [
          first?.why ?? '',
          ...others.map((cause) => `${cause.why} (${fromText(cause, where)})`),
          ...overText(field, where),
        ].join('; '),
      ];
    }),
  };
}

function overText({ overruled }: FieldOrigin, where: Where): string[] {
  const [first, ...others] = overruled;
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return [`over ${showValue(first.value)} (${fromText(first, where)})${more}`];
}

function tableOfField(field: FieldOrigin, where: Where): Table {
  const [first, ...others] = field.causes;
  const row = (role: string, value: string, cause: Cause): Cell[] => [
    role,
    value,
    fromOf(cause, where),
    adviseOn(cause),
  ];
  return {
    headings: [joinPath('', field.steps), 'VALUE', 'FROM', 'WHY'],
    rows: [
      ...(first === undefined ? [] : [row('is', showValue(field.value), first)]),
      ...others.map((cause) => row('and', '', cause)),
      ...field.overruled.map((cause) => row('over', showValue(cause.value), cause)),
    ],
  };
}

function adviseOn({ by, path, why }: Cause): string {
  return by === 'blueprint' || path === undefined ? why : `${why}; to have it otherwise, write ${path}`;
}

function fromOf(cause: Cause, where: Where): Cell {
  const text = fromText(cause, where);
  return cause.by === 'compiler' ? { text, look: 'faint' } : text;
}

function fromText({ by, path }: Cause, where: Where): string {
  return by === 'compiler' || path === undefined ? 'compiler' : where(path);
}

/** A value on one line, cut where it is long, and hidden where it looks like a credential. */
function showValue(value: Json | undefined): string {
  if (value === undefined) return '-';
  return clip(JSON.stringify(hideCredentials(value)), MAX_VALUE).replace(/^"([^"\\]+)"$/, '$1');
}

function hideCredentials(value: Json): Json {
  if (typeof value === 'string') return findCredentialShape(value) === undefined ? value : HIDDEN;
  if (Array.isArray(value)) return value.map(hideCredentials);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, inner === undefined ? inner : hideCredentials(inner)]),
  );
}

/** The explanation as data, for programs. */
export function dataOf({ assembled, fields, more }: Explanation, where: Where): Json {
  const cause = ({ by, path, why }: Cause): { [key: string]: Json | undefined } => ({
    by,
    why,
    ...(path === undefined ? {} : { path }),
    ...(by === 'blueprint' && path !== undefined ? { place: where(path) } : {}),
  });
  return {
    object: displayName(assembled.object.ref),
    title: assembled.object.title,
    path: assembled.object.path,
    fields: fields.map((field) => ({
      field: joinPath('', field.steps),
      ...(field.value === undefined ? {} : { value: hideCredentials(field.value) }),
      from: field.causes.map(cause),
      over: field.overruled.map((one) => ({
        ...cause(one),
        ...(one.value === undefined ? {} : { value: hideCredentials(one.value) }),
      })),
    })),
    ...(more === 0 ? {} : { more }),
  };
}
