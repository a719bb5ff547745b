import type { OperatorProcess } from '../../harness/operator/operator-process.ts';

/** What Node is started with so that {@link setClock} can set an operator's wall clock, by these hours in turn. */
export function clockSettings(hours: readonly number[]): { args: string[] } {
  const preload = new URL('shift-clock.ts', import.meta.url);
  preload.searchParams.set('hours', hours.join(','));
  return { args: ['--import', preload.href] };
}

/** Sets the wall clock of an operator; answers by how much it now differs from that of the test, in milliseconds. */
export function setClock(operator: OperatorProcess): Promise<number> {
  return new Promise((resolve) => {
    operator.onLine(({ msg, ms }) => {
      if (msg === 'clock set') resolve(Number(ms));
    });
    operator.child.kill('SIGUSR2');
  });
}
