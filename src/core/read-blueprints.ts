import { type Tags, parseAllDocuments } from 'yaml';
import { KIND } from '../api/names.ts';
import { isObject } from './json.ts';
import { type Problem, Problems } from './problem.ts';

/** The largest input that is read, in bytes: what an API server takes in one request. */
export const MAX_INPUT_BYTES = 3 * 1024 * 1024;

/** The most references to anchors that are followed: enough for people, too few for a bomb. */
const MAX_ALIASES = 100;

/** The documents of an input that are blueprints, or what is wrong with it. */
export type Read = { ok: true; blueprints: unknown[] } | { ok: false; problems: Problem[] };

/**
 * Reads YAML or JSON as kubectl does: words such as `yes` and `on` are booleans (YAML 1.1), dates are text.
 * Documents of other kinds are passed over; an input without a blueprint is a problem.
 */
export function readBlueprints(text: string): Read {
  const problems = new Problems();
  if (new TextEncoder().encode(text).length > MAX_INPUT_BYTES) {
    problems.add(
      'too-large',
      '',
      `the input has more than ${MAX_INPUT_BYTES} bytes, which no API server takes`,
    );
    return { ok: false, problems: problems.list() };
  }
  const values = parseDocuments(text, problems);
  const blueprints = values.filter((value) => isObject(value) && value['kind'] === KIND);
  if (problems.none && blueprints.length === 0) {
    problems.add('no-blueprint', '', `the input holds no object of kind ${KIND}`);
  }
  return problems.none ? { ok: true, blueprints } : { ok: false, problems: problems.list() };
}

/** The tags of YAML 1.1 that kubectl's parser knows; the others (dates, base 60, sets) it reads as text. */
function keepTags(tags: Tags): Tags {
  const unknown = ['timestamp', 'intTime', 'floatTime', 'binary', 'set', 'omap', 'pairs'];
  return tags.filter((tag) => (typeof tag === 'string' ? !unknown.includes(tag) : !isUnknownTag(tag)));
}

function isUnknownTag(tag: { tag: string; format?: string | undefined }): boolean {
  return /:(timestamp|binary|set|omap|pairs)$/.test(tag.tag) || tag.format === 'TIME';
}

function parseDocuments(text: string, problems: Problems): unknown[] {
  const documents = parseAllDocuments(text, { version: '1.1', customTags: keepTags, prettyErrors: true });
  return [...documents].flatMap((document) => {
    for (const { message, linePos } of document.errors) {
      const at = linePos?.[0];
      const path = at === undefined ? '' : `line ${at.line}, column ${at.col}`;
      problems.add('yaml', path, message.split('\n')[0] ?? message);
    }
    if (document.errors.length > 0) return [];
    try {
      return [document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown];
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
      problems.add('yaml', '', error.message);
      return [];
    }
  });
}
