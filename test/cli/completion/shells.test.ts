import { execFile, spawnSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '../../harness/wait-for.ts';
import { Program } from '../program.ts';

const run = promisify(execFile);
let program: Program;

beforeAll(async () => {
  program = await Program.bundle();
  const quote = (word: string): string => `'${word}'`;
  const file = await program.write(
    'fluxblueprint',
    `#!/bin/sh\nexec ${[process.execPath, program.file].map(quote).join(' ')} "$@"\n`,
  );
  await chmod(file, 0o755);
  await program.write('some.yaml', '');
});

afterAll(() => program.remove());

function has(command: string): boolean {
  return spawnSync(command, ['--version']).status === 0;
}

const hasTmux = spawnSync('tmux', ['-V']).status === 0;

/** How each shell is started without the files of whoever runs the tests, and reads the script. */
const SHELLS = [
  { shell: 'bash', start: 'bash --norc --noprofile', load: 'source <(fluxblueprint completion bash)' },
  {
    shell: 'zsh',
    start: 'zsh -f',
    load: 'autoload -Uz compinit && compinit -u -D && source <(fluxblueprint completion zsh)',
  },
  { shell: 'fish', start: 'fish --no-config', load: 'fluxblueprint completion fish | source' },
] as const;

describe.each(SHELLS)('$shell', ({ shell, start, load }) => {
  const there = has(shell) && hasTmux ? test : test.skip;

  there('completes by the script', async () => {
    const socket = `fluxblueprint-${shell}-${process.pid}`;
    const env = {
      PATH: `${program.folder}:${process.env['PATH'] ?? ''}`,
      HOME: program.folder,
      LC_ALL: 'C.UTF-8',
      TERM: 'screen',
      PS1: '$ ',
      SHELL: '/bin/sh',
    };
    const tmux = async (...args: string[]): Promise<string> =>
      (await run('tmux', ['-u', '-L', socket, '-f', '/dev/null', ...args], { env })).stdout;
    const screen = async (): Promise<string> => tmux('capture-pane', '-p');
    /** Types a line and a tab, and waits until the screen shows what it became. */
    const type = async (line: string, becomes: RegExp): Promise<void> => {
      await tmux('send-keys', '-l', line);
      await tmux('send-keys', 'Tab');
      await waitFor(`${line} becomes ${String(becomes)}`, async () => {
        const shown = await screen();
        if (!becomes.test(shown)) throw new Error(shown);
        return true;
      });
      await tmux('send-keys', 'C-u');
      await tmux('send-keys', 'C-l');
    };
    await tmux('new-session', '-d', '-x', '100', '-y', '20', '-c', program.folder, start);
    try {
      await tmux('send-keys', '-l', `${load}; echo load''ed`);
      await tmux('send-keys', 'Enter');
      await waitFor('the script is loaded', async () => {
        const shown = await screen();
        if (!shown.includes('loaded')) throw new Error(shown);
        return true;
      });
      await tmux('send-keys', 'C-l');
      await type('fluxblueprint compl', /fluxblueprint completion/);
      await type('fluxblueprint get --all', /fluxblueprint get --all-namespaces/);
      await type('fluxblueprint lint --output=sa', /fluxblueprint lint --output=sarif/);
      await type('fluxblueprint lint so', /fluxblueprint lint some\.yaml/);
    } finally {
      await tmux('kill-server');
    }
  });
});

(has('bash') ? test : test.skip)('a tab behind a substitution runs nothing', async () => {
  const typed = ['fluxblueprint', 'get', '$(touch hacked)', '`touch hacked`', ''];
  const script = `source <(fluxblueprint completion bash)
COMP_WORDS=(${typed.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=4
__fluxblueprint_complete
ls`;
  const env = { PATH: `${program.folder}:${process.env['PATH'] ?? ''}`, HOME: program.folder };
  const { stdout } = await run('bash', ['-c', script], { env, cwd: program.folder });
  expect(stdout).not.toContain('hacked');
  expect(stdout).toContain('some.yaml');
});

test('PowerShell gets a script of its own', async () => {
  const { stdout } = await program.run(['completion', 'powershell']);
  expect(stdout).toContain('Register-ArgumentCompleter -Native -CommandName');
  const wrong = await program.run(['completion', 'csh']);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('Allowed choices are bash')]);
});
