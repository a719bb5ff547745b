import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { listCommands } from '../../src/cli/manual/add-manual.ts';
import { ENTRIES } from '../../src/cli/manual/entries.ts';
import { buildCliPage } from '../generate/cli-page.ts';
import { describedProgram } from '../generate/described-program.ts';

const commands = listCommands(describedProgram()).map(({ words }) => words);

test('every command has an example, and every example a command', () => {
  // Write the entry in src/cli/manual/entries.ts; test/cli/manual runs it.
  expect(Object.keys(ENTRIES).sort()).toEqual([...commands].sort());
});

test.each(commands)('the example of %s calls it', (words) => {
  expect(ENTRIES[words]?.example).toContain(`fluxblueprint ${words}`);
});

test('docs/cli.md is what `make generate` writes', async () => {
  const page = await readFile(new URL('../../docs/cli.md', import.meta.url), 'utf8');
  expect(buildCliPage(describedProgram())).toBe(page);
});
