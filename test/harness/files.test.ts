import { mkdir, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { makeFolder, removeLeftOvers } from './files.ts';

const HOUR = 3_600_000;

/** No process has this id: Linux gives none above 2^22. */
const NOBODY = 5_000_000;

test('what a killed process has left is removed after an hour, and nothing else', async () => {
  const folder = await makeFolder('left');
  const names = {
    gone: `fluxblueprint-bench-${NOBODY}-aB3_x`,
    fresh: `fluxblueprint-bench-${NOBODY}-fresh`,
    running: `fluxblueprint-bench-${process.pid}-aB3_x`,
    other: 'somebody-elses',
  };
  for (const name of Object.values(names)) await mkdir(join(folder, name, 'below'), { recursive: true });
  const then = new Date(Date.now() - 2 * HOUR);
  for (const name of [names.gone, names.running, names.other]) await utimes(join(folder, name), then, then);
  await removeLeftOvers(folder);
  expect((await readdir(folder)).sort()).toEqual([names.fresh, names.running, names.other].sort());
});
