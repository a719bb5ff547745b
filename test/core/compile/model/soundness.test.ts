import { expect, test } from '@jest/globals';
import { checkWritten } from '../../../../src/core/compile/model/soundness.ts';
import type { Schema } from '../../../../src/core/validation/check-schema.ts';

const BLOCK: Schema = {
  type: 'object',
  properties: { text: { type: 'string' }, list: { type: 'array', items: { type: 'string' } } },
};
const SCHEMA: Schema = {
  type: 'object',
  properties: {
    text: { type: 'string' },
    git: BLOCK,
    defaults: { type: 'object', properties: { git: BLOCK } },
  },
};

/** The messages about a value that was written at `spec`. */
function check(value: unknown): string[] {
  const messages: string[] = [];
  checkWritten(SCHEMA, value, (rule, steps, message) => messages.push(`${steps.join('.')} ${message}`), {
    steps: ['spec'],
  });
  return messages;
}

const remedy = 'leave the field out, or name it in `unset` to drop what is inherited';

test('a null in the block of an item is refused with the way to drop what is inherited', () => {
  expect(check({ git: { text: null, list: null } })).toEqual([
    `spec.git.text must be text, not null; ${remedy}`,
    `spec.git.list must be a list, not null; ${remedy}`,
  ]);
});

test('a null is refused without that where nothing is inherited, in defaults, and within a list', () => {
  const nulls = { text: null, git: { list: ['one', null] }, defaults: { git: { text: null } } };
  expect(check(nulls)).toEqual([
    'spec.text must be text, not null; leave the field out',
    'spec.git.list.1 must be text, not null; leave the field out',
    'spec.defaults.git.text must be text, not null; leave the field out',
  ]);
});

test('a block that was left empty can be written as one without fields', () => {
  expect(check({ git: null })).toEqual([
    'spec.git is empty: write `{}` for a block without fields of its own, or leave the field out',
  ]);
});

test('another value of the wrong type is refused without that', () => {
  expect(check({ git: { text: [] } })).toEqual(['spec.git.text must be text, not a list']);
});
