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
 * author may have wanted: to drop an inherited value.
 */
export function checkWritten(schema: Schema, value: unknown, report: Report, steps: Steps = []): void {
  const addRemedy: Report = (rule, at, message) => {
    const isNull = rule === 'wrong-type' && valueAt(value, at.slice(steps.length)) === null;
    const isBlock = BLOCKS.has(at.at(-1));
    if (isNull) report(rule, at, isBlock ? EMPTY_BLOCK : message + NULL_REMEDY);
    else report(rule, at, message);
  };
  checkSchema(schema, value, addRemedy, steps);
}

/** A block that is left empty in YAML is null. */
const EMPTY_BLOCK = 'is empty: write `{}` for a block without fields of its own, or leave the field out';

const NULL_REMEDY = '; leave the field out, or name it in `unset` to drop what is inherited';
