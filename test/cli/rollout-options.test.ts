import { expect, test } from '@jest/globals';
import type { OperatorOptions } from '../../src/cli/operator.ts';
import { createOperatorCommand } from '../../src/cli/operator.ts';

/** The options that flags give, or the error that they end in. */
async function parse(...flags: string[]): Promise<OperatorOptions> {
  let found: OperatorOptions | undefined;
  const command = createOperatorCommand((options) => {
    found = options;
    return Promise.resolve();
  });
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  await command.parseAsync(flags, { from: 'user' });
  if (found === undefined) throw new Error('the command did not run');
  return found;
}

test('without the flags nothing is demanded of changes', async () => {
  const { requireApproval, maxDeletions } = await parse();
  expect([requireApproval, maxDeletions]).toEqual([undefined, undefined]);
});

test('namespaces are separated by commas or repeated, and * stands for all', async () => {
  const flags = ['--require-approval', 'a,b', '--require-approval', '*'];
  expect((await parse(...flags)).requireApproval).toEqual(['a', 'b', '*']);
  expect((await parse('--max-deletions', '0')).maxDeletions).toBe(0);
});

test.each([
  ['--require-approval', 'Not_A_Name'],
  ['--require-approval', ''],
  ['--max-deletions', '-1'],
  ['--max-deletions', 'five'],
  ['--max-deletions', '2001'],
])('%s %j is refused', async (flag, value) => {
  await expect(parse(flag, value)).rejects.toThrow(/invalid/);
});
