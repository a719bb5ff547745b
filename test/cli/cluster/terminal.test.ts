import { execFile, spawn, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TestClient } from '../../harness/api-server/client.ts';
import { chainSpec } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { sharedControlPlane } from '../../harness/jest/shared-control-plane.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { Program } from '../program.ts';

let program: Program;
let client: TestClient;
let tenant: Tenant;

beforeAll(async () => {
  program = await Program.bundle();
  client = await TestClient.connect(sharedControlPlane().kubeconfigPath);
  tenant = await Tenant.open(client);
  await tenant.applyBlueprint(chainSpec('base'));
});

afterAll(async () => {
  await tenant.deleteBlueprint();
  await client.close();
  await program.remove();
});

/** Runs the program on a pseudo-terminal of so many columns. Answers what was written to it, in all. */
async function onTerminal(
  columns: number,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  const words = [process.execPath, program.file, ...args, '-n', tenant.namespace];
  const command = `stty cols ${columns} && exec ${words.map((word) => `'${word}'`).join(' ')}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      TERM: 'xterm',
      SHELL: '/bin/sh',
      KUBECONFIG: sharedControlPlane().kubeconfigPath,
      ...env,
    },
    // An input that ends would be written to the terminal, as ^D.
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const written = await text(child.stdout);
  return written.replaceAll('\r\n', '\n');
}

const NOT_READY = 'no operator has looked at this version of it yet';

test('on a terminal there are colours, unless they are not wanted', async () => {
  const colored = await onTerminal(80, ['status', 'platform']);
  expect(colored).toContain('\u001b[33m◎\u001b[39m FluxBlueprint');
  for (const plain of [
    await onTerminal(80, ['status', 'platform', '--no-color']),
    await onTerminal(80, ['status', 'platform'], { NO_COLOR: '1' }),
    await onTerminal(80, ['status', 'platform'], { TERM: 'dumb' }),
  ]) {
    expect(plain).toContain('◎ FluxBlueprint');
    expect(plain).not.toContain('\u001b');
  }
});

test('a table becomes lines in a terminal of 20 columns', async () => {
  expect(await onTerminal(20, ['get', '--no-color'])).toMatch(
    /^NAME: platform\nREADY: -\nCOMPONENTS: -\nAGE: \d+s\n$/,
  );
  expect(await onTerminal(80, ['get', '--no-color'])).toMatch(/^NAME {7}READY/);
});

test('progress is written over in place, and gone at the end', async () => {
  const written = await onTerminal(40, ['wait', 'platform', '--no-color', '--timeout', '4s']);
  const shown = written.split('\r\u001b[K');
  expect(shown.length).toBeGreaterThan(2);
  expect(shown[1]).toBe(`◎ 2s: ${NOT_READY.slice(0, 32)}…`);
  for (const line of shown.slice(1, -1)) expect(line).not.toContain('\n');
  expect(shown.at(-1)).toMatch(/^✗ FluxBlueprint platform is not ready\n {2}after 4s: /);
});

const run = promisify(execFile);

/** A server of tmux of this file's own, which shows what a person sees on a screen of 60 columns. */
class Screen {
  readonly #name = `fluxblueprint-${process.pid}`;

  async tmux(...args: string[]): Promise<string> {
    const env = { ...process.env, SHELL: '/bin/sh', LC_ALL: 'C.UTF-8' };
    return (await run('tmux', ['-u', '-L', this.#name, '-f', '/dev/null', ...args], { env })).stdout;
  }

  /** What is on it. */
  async read(): Promise<string> {
    return (await this.tmux('capture-pane', '-p')).trim();
  }

  /** Waits until it shows something. */
  async until(pattern: RegExp, isAnother = ''): Promise<string> {
    return waitFor(`the screen shows ${String(pattern)}`, async () => {
      const shown = await this.read();
      if (pattern.test(shown) && shown !== isAnother) return shown;
      throw new Error(shown);
    });
  }
}

const hasTmux = spawnSync('tmux', ['-V']).status === 0;

/** Runs a command on a new screen of some columns and ten lines, and says with which code it ended. */
async function runOnScreen(screen: Screen, columns: number, words: readonly string[]): Promise<void> {
  const all = [process.execPath, program.file, ...words, '-n', tenant.namespace];
  const command = all.map((word) => `'${word}'`).join(' ');
  const shell = `export KUBECONFIG='${sharedControlPlane().kubeconfigPath}'; trap : INT; ${command}; echo "code $?"; sleep 60`;
  await screen.tmux('new-session', '-d', '-x', String(columns), '-y', '10', shell);
}

(hasTmux ? test : test.skip)('on the screen is one line while it waits, and a word after ^C', async () => {
  const screen = new Screen();
  await runOnScreen(screen, 60, ['wait', 'platform', '--timeout', '2m']);
  try {
    const waits = /^◎ \d+s: no operator has looked at this version of it yet$/;
    const first = await screen.until(waits);
    await screen.until(waits, first);
    await screen.tmux('send-keys', 'C-c');
    await screen.until(/^(?:\^C)?✗ interrupted\ncode 130$/);
  } finally {
    await screen.tmux('kill-server');
  }
});

(hasTmux ? test : test.skip).each([
  ['status', ['status', 'platform', '--watch'], 60, /^◎ FluxBlueprint \S+\n?.*\n/],
  ['get', ['get', '--watch'], 60, /^NAME +READY +COMPONENTS +AGE\nplatform .*\n/],
  ['get in 20 columns', ['get', '--watch'], 20, /^NAME: platform\n/],
] as const)(
  '%s --watch is redrawn in place, and ^C ends it without a word',
  async (_, words, columns, shows) => {
    const screen = new Screen();
    await runOnScreen(screen, columns, words);
    try {
      const first = await screen.until(/◎ \d+s: watched/);
      expect(first).toMatch(shows);
      const second = await screen.until(/◎ \d+s: watched/, first);
      // Nothing but ages has changed: neither a line more, nor one that is left over.
      const ageless = (text: string): string => text.replaceAll(/\d+s/g, 'Ns').replaceAll(/ +/g, ' ');
      expect(ageless(second)).toBe(ageless(first));
      await screen.tmux('send-keys', 'C-c');
      const ended = await screen.until(/code 130$/);
      expect(ended).not.toContain('interrupted');
    } finally {
      await screen.tmux('kill-server');
    }
  },
);
