/**
 * Where the fields of generated objects come from: the line of the blueprint, a default and of which level, or the
 * compiler itself and why; and what each won over. The room asks the items of the compiler, which remember where every
 * part of a spec was written, and is pure. Begin with {@link explainObject}; `spec-origin.ts` and
 * `metadata-origin.ts` hold the rules.
 */
import type { Assembled } from '../compile/assemble.ts';
import { isObject, valueAt } from '../values/json.ts';
import type { Steps } from '../values/path.ts';
import type { FieldOrigin } from './cause.ts';
import { describeBodyField, describeHead } from './metadata-origin.ts';
import { Naming, type Subject } from './naming.ts';
import { describeSpecField } from './spec-origin.ts';

/** Where an object comes from, and its fields. */
export interface Explanation {
  assembled: Assembled;
  fields: readonly FieldOrigin[];
  /** How many more fields there are than were looked at. */
  more: number;
}

/** The most fields of an object that are explained at a time. */
export const MAX_FIELDS = 2000;

/**
 * Explains the fields of an object at or below a path in its manifest. Of what the object does not have it says why it
 * is missing, and where it could be written.
 *
 * @param all everything that the blueprint asks for, which fields may refer to
 * @param below the steps in the manifest. Default: all fields
 */
export function explainObject(
  blueprint: unknown,
  assembled: Assembled,
  all: readonly Assembled[],
  below: Steps = [],
): Explanation {
  const subject = { blueprint, assembled, naming: new Naming(blueprint, all) };
  const found = valueAt(assembled.object.manifest, below);
  const leaves = found === undefined ? [below] : listLeaves(found, below);
  return {
    assembled,
    fields: leaves.slice(0, MAX_FIELDS).map((steps) => describeField(subject, steps)),
    more: Math.max(0, leaves.length - MAX_FIELDS),
  };
}

function describeField(subject: Subject, steps: Steps): FieldOrigin {
  const value = valueAt(subject.assembled.object.manifest, steps);
  const [field] = steps;
  if (field === 'spec') return { steps, value, ...describeSpecField(subject, steps.slice(1)) };
  if (field === 'apiVersion' || field === 'kind' || field === 'metadata')
    return { steps, value, ...describeHead(subject, steps) };
  return { steps, value, ...describeBodyField(subject) };
}

/** The steps to the values in a value that hold no others, an empty list or object among them, in their order. */
function listLeaves(value: unknown, steps: Steps): Steps[] {
  const leaves: Steps[] = [];
  const open: { value: unknown; steps: Steps }[] = [{ value, steps }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const entries = entriesOf(next.value);
    if (entries.length === 0) leaves.push(next.steps);
    for (const [step, inner] of entries.reverse()) open.push({ value: inner, steps: [...next.steps, step] });
  }
  return leaves;
}

function entriesOf(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return [...value.entries()];
  return isObject(value) ? Object.entries(value) : [];
}
