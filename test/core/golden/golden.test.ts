import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { GOLDEN_FOLDER, goldenNames, readContext, readGolden, renderCompiled } from './golden.ts';

const update = process.env['UPDATE_GOLDEN'] === '1';

test.each(goldenNames())('the blueprint of golden/%s compiles to what stands beside it', (name) => {
  const { file, text } = renderCompiled(readGolden(name), readContext(name));
  const folder = new URL(`${name}/`, GOLDEN_FOLDER);
  const other = file === 'objects.yaml' ? 'problems.yaml' : 'objects.yaml';
  if (update) {
    rmSync(new URL(other, folder), { force: true });
    writeFileSync(new URL(file, folder), text);
  }
  expect(existsSync(new URL(other, folder))).toBe(false);
  expect(text).toBe(readFileSync(new URL(file, folder), 'utf8'));
});

test('every golden folder holds a blueprint, its context where it has one, its outcome and nothing else', () => {
  for (const name of goldenNames()) {
    const files = readdirSync(new URL(`${name}/`, GOLDEN_FOLDER)).filter((file) => file !== 'context.yaml');
    expect([name, ...files.sort()]).toEqual([
      name,
      'blueprint.yaml',
      expect.stringMatching(/^(objects|problems)\.yaml$/),
    ]);
  }
});

test('the golden platform is the sample that users get', () => {
  const sample = new URL('../../../config/samples/platform.yaml', import.meta.url);
  const golden = new URL('platform/blueprint.yaml', GOLDEN_FOLDER);
  expect(readFileSync(golden, 'utf8')).toBe(readFileSync(sample, 'utf8'));
});
