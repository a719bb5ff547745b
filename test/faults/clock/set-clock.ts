import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeSettings, OperatorProcess } from '../../harness/operator/operator-process.ts';

const HOUR_MS = 3_600_000;

/** The wall clock of an operator, to be set while it runs. */
export interface SettableClock {
  /** What Node is started with. */
  readonly node: NodeSettings;
  /** Sets it by so many hours forth or back from the real time, and resolves once the operator goes by it. */
  set(operator: OperatorProcess, hours: number): Promise<void>;
  /** Removes what it needs on disk. */
  remove(): void;
}

/** A clock that shows the real time until it is set. */
export function settableClock(): SettableClock {
  const folder = mkdtempSync(join(tmpdir(), 'clock-'));
  const file = join(folder, 'hours');
  const preload = new URL('shift-clock.ts', import.meta.url);
  preload.searchParams.set('file', file);
  return {
    node: { args: ['--import', preload.href] },
    set: (operator, hours) => {
      writeFileSync(file, String(hours));
      return new Promise((resolve) => {
        operator.onLine(({ msg, ms }) => {
          if (msg === 'clock set' && ms === hours * HOUR_MS) resolve();
        });
        operator.child.kill('SIGUSR2');
      });
    },
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}
