import { COMPONENT_BLOCKS, SOURCE_BLOCKS } from '../../../api/schema/spec.ts';
import { type Report, type Schema, checkSchema } from '../../validation/check-schema.ts';
import { valueAt } from '../../values/json.ts';
import type { Steps } from '../../values/path.ts';

/** Rules that leave a value without the type that its schema promises. */
const UNTYPED: ReadonlySet<string> = new Set(['wrong-type', 'missing-field']);

/** Rules after which a value was checked no further, because working with it could exhaust time or memory. */
const UNBOUNDED: ReadonlySet<string> = new Set(['too-many', 'too-long']);

/** Blocks in Flux's own form. The compiler makes no assumption about the types in them. */
const BLOCKS: ReadonlySet<unknown> = new Set([...SOURCE_BLOCKS, ...COMPONENT_BLOCKS]);

/**
 * Whether a problem stops the compiler at once, because later phases rely on the types and bounds that it breaks.
 * `steps` lead from the blueprint to the value with the problem.
 */
export function isUnsound(rule: string, steps: Steps): boolean {
  return UNBOUNDED.has(rule) || (UNTYPED.has(rule) && !steps.slice(0, -1).some((step) => BLOCKS.has(step)));
}

/**
 * Checks a part of a blueprint as {@link checkSchema} does. Where a null has the wrong type, the message adds what its
 * author may have wanted: to drop an inherited value, where that can be done.
 *
 * @param steps the steps from the blueprint to the value; default: none
 * @param canUnset whether `unset` takes the field at such steps; default: {@link isInBlock}
 */
export function checkWritten(
  schema: Schema,
  value: unknown,
  report: Report,
  { steps = [], canUnset = isInBlock }: { steps?: Steps; canUnset?: (steps: Steps) => boolean } = {},
): void {
  const addRemedy: Report = (rule, at, message) => {
    const isNull = rule === 'wrong-type' && valueAt(value, at.slice(steps.length)) === null;
    if (!isNull) report(rule, at, message);
    else if (BLOCKS.has(at.at(-1))) report(rule, at, EMPTY_BLOCK);
    else report(rule, at, message + (canUnset(at) ? INHERITED : LEAVE_OUT));
  };
  checkSchema(schema, value, addRemedy, steps);
}

/**
 * Whether `unset` of an item takes the field at these steps of a blueprint: one of an item's block, and none within a
 * list, because lists replace what is inherited as a whole.
 */
export function isInBlock(steps: Steps): boolean {
  const block = steps.findIndex((step) => BLOCKS.has(step));
  return block > 0 && steps[block - 1] !== 'defaults' && isField(steps.slice(block + 1));
}

/** Whether steps lead from an object to a field, and through no list. */
export function isField(steps: Steps): boolean {
  return steps.length > 0 && steps.every((step) => typeof step === 'string');
}

/** A block that is left empty in YAML is null. */
const EMPTY_BLOCK = 'is empty: write `{}` for a block without fields of its own, or leave the field out';

const LEAVE_OUT = '; leave the field out';

const INHERITED = '; leave the field out, or name it in `unset` to drop what is inherited';
