import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { buildLicences, listNeeded } from '../generate/licences.ts';

const root = join(import.meta.dirname, '..', '..');

const ALLOWED = new Set([
  'Apache-2.0',
  'MIT',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
  // Of argparse, which js-yaml needs; it asks for no more than the others.
  'PSF-2.0',
]);

test('every package that the program needs has a licence that asks for no more than to be named', async () => {
  const needed = await listNeeded(root);
  expect(needed.length).toBeGreaterThan(20);
  const others = needed.filter(
    ({ licence }) =>
      !licence
        .replaceAll(/[()]/gu, '')
        .split(' OR ')
        .some((one) => ALLOWED.has(one)),
  );
  expect(others).toEqual([]);
});

test('the page of licences lists what the lock file names', async () => {
  expect(await readFile(join(root, 'docs', 'licences.md'), 'utf8')).toBe(
    buildLicences(await listNeeded(root)),
  );
});
