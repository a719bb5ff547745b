import type { LeveledLogger, LogLevel } from './logging.ts';

/**
 * Changes the level of the log while running: SIGUSR1 makes it `debug`, SIGUSR2 what it was at the start. Answers how
 * to end that. Node would open its debugger on SIGUSR1 if nobody listened.
 */
export function changeLevelOnSignals(logger: LeveledLogger, level: LogLevel): () => void {
  const change = (to: LogLevel) => (): void => {
    // At the level that shows it, whatever comes next.
    logger.setLevel('debug');
    logger.info('the log level is changed', { to });
    logger.setLevel(to);
  };
  const listeners = [
    ['SIGUSR1', change('debug')],
    ['SIGUSR2', change(level)],
  ] as const;
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}
