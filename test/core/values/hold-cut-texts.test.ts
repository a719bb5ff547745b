import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const CHILD = fileURLToPath(new URL('hold-cut-texts.ts', import.meta.url));

test('texts that were cut out of long ones hold nothing of them: 300 MB pass through a heap of 64 MB', () => {
  const options = ['--max-old-space-size=64', '--disable-warning=ExperimentalWarning'];
  const held = execFileSync(process.execPath, [...options, CHILD], { encoding: 'utf8', stdio: 'pipe' });
  expect(held).toBe('900');
});
