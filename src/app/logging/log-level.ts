import type { LeveledLogger, LogLevel } from './logging.ts';

/**
 * Changes the log level at run time: SIGUSR1 sets `debug`, SIGUSR2 sets `level` again. Answers a function that stops
 * listening. Without a listener Node would open its debugger on SIGUSR1.
 */
export function changeLevelOnSignals(logger: LeveledLogger, level: LogLevel): () => void {
  const change = (to: LogLevel) => (): void => {
    // Logged at `debug`, so that the change is shown whatever the levels are.
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
