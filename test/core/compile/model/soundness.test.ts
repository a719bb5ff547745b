import { expect, test } from '@jest/globals';
import { checkWritten } from '../../../../src/core/compile/model/soundness.ts';
import type { Schema } from '../../../../src/core/validation/check-schema.ts';

const SCHEMA: Schema = {
  type: 'object',
  properties: { text: { type: 'string' }, list: { type: 'array', items: { type: 'string' } } },
};

/** The messages about a value that was written at `spec`. */
function check(value: unknown): string[] {
  const messages: string[] = [];
  checkWritten(SCHEMA, value, (rule, steps, message) => messages.push(`${steps.join('.')} ${message}`), [
    'spec',
  ]);
  return messages;
}

test('a null is refused with the way to drop what is inherited, wherever it is', () => {
  const remedy = 'leave the field out, or name it in `unset` to drop what is inherited';
  expect(check({ text: null, list: ['one', null] })).toEqual([
    `spec.text must be text, not null; ${remedy}`,
    `spec.list.1 must be text, not null; ${remedy}`,
  ]);
});

test('another value of the wrong type is refused without that', () => {
  expect(check({ text: [] })).toEqual(['spec.text must be text, not a list']);
});
