import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { isAlive, readComputedTicks } from '../../harness/operator/child-processes.ts';
import { waitFor } from '../../harness/wait-for.ts';

const PARENT = fileURLToPath(new URL('abandoning-parent.ts', import.meta.url));

test.each([
  ['idle', 'nothing'],
  ['in a loop without an end', 'compute'],
  ['in a builtin that takes for ever', 'backtrack'],
])('a process that is %s ends with its parent, however that ends', async (_, question) => {
  const parent = spawn(process.execPath, [PARENT, question], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [text] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(text);
    expect(isAlive(pid)).toBe(true);
    const before = readComputedTicks(pid);
    if (question !== 'nothing')
      await waitFor('the process is at work', () => readComputedTicks(pid) > before + 10);
    parent.kill('SIGKILL');
    await waitFor('the process has ended', () => !isAlive(pid));
  } finally {
    parent.kill('SIGKILL');
  }
});
