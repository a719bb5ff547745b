import type { Json } from '../../../api/object.ts';
import { createDocument, printDocument } from '../../yaml/write-yaml.ts';

/** Texts that every reader takes for themselves, in whatever context. Words and numbers of YAML are not among them. */
const PLAIN = /^[A-Za-z./_][\w./@+-]*$/;

/** Texts without signs that mean something within brackets to any reader, among them those of Go. */
const SAFE = /^[\w./@+=~$%<>()|^*\\;-](?:[\w ./@+=~$%<>()|^*\\;-]|:(?=[\w/]))*$/;

/** A scalar in one line, also within brackets. */
export function scalarInFlow(value: Json): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const text = scalarInBlock(value);
  const fits = PLAIN.test(value) || text.startsWith('"') || (SAFE.test(value) && !value.endsWith(' '));
  if (fits && !text.includes('\n')) return text;
  return escapeUnprintable(JSON.stringify(value));
}

const known = new Map<string, string>();

/** The most texts whose form is kept. */
const MAX_KNOWN = 20_000;

/** A scalar as a line, or as several of which all but the first are indented by two spaces. */
export function scalarInBlock(value: Json): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const found = known.get(value);
  if (found !== undefined) return found;
  const text = printDocument(createDocument({ k: value })).slice('k: '.length, -1);
  if (known.size >= MAX_KNOWN) known.clear();
  if (value.length < 200) known.set(value, text);
  return text;
}

/** Characters that JSON leaves as they are and readers of YAML refuse. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

function escapeUnprintable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
