import { expect, test } from '@jest/globals';
import { Blueprint } from '../../../src/api/schema/blueprint.ts';
import type { Schema } from '../../../src/core/validation/check-schema.ts';
import { isObject } from '../../../src/core/values/json.ts';
import { goldenNames, readGolden } from './golden.ts';

/** The fields of a value that a schema names, as paths without indices. */
function noteFields(schema: Schema, value: unknown, path: string, found: Set<string>): void {
  if (Array.isArray(value) && schema.items !== undefined) {
    for (const item of value) noteFields(schema.items, item, `${path}[]`, found);
  }
  if (!isObject(value)) return;
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (!Object.hasOwn(value, name)) continue;
    found.add(`${path}.${name}`);
    noteFields(field, value[name], `${path}.${name}`, found);
  }
}

/** Every field that a schema names, as paths without indices. */
function listFields(schema: Schema, path: string): string[] {
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    `${path}.${name}`,
    ...listFields(field, `${path}.${name}`),
  ]);
  return schema.items === undefined ? below : [...below, ...listFields(schema.items, `${path}[]`)];
}

test('every field of the spec, in every place where it can stand, is in a golden blueprint', () => {
  const schema = (Blueprint as unknown as Schema).properties?.['spec'] ?? {};
  const found = new Set<string>();
  for (const name of goldenNames()) {
    const golden = readGolden(name);
    if (isObject(golden)) noteFields(schema, golden['spec'], 'spec', found);
  }
  const fields = listFields(schema, 'spec');
  expect(fields.length).toBeGreaterThan(700);
  expect(fields.filter((field) => !found.has(field))).toEqual([]);
});
