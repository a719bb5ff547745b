import winston from 'winston';
import type { LogFields, Logger } from '../ports/logger.ts';

/** Levels, from the most to the fewest lines. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A logger whose level can be changed, for itself and for those made from it. */
export interface LeveledLogger extends Logger {
  setLevel(level: LogLevel): void;
}

/** How to log. */
export interface LoggingOptions {
  level: LogLevel;
  /** `json`: one object a line with `ts`, `level`, `msg`, as Flux's controllers log. `console`: for people. */
  encoding: 'json' | 'console';
}

/** A logger on standard error; standard output is for what a command prints. */
export function createLogger(options: LoggingOptions): LeveledLogger {
  const { combine, colorize, printf } = winston.format;
  const format =
    options.encoding === 'json'
      ? printf(toJson)
      : combine(...(process.stderr.isTTY ? [colorize()] : []), printf(toLine));
  const transports = new winston.transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] });
  const logger = winston.createLogger({ level: options.level, format, transports });
  return {
    ...adapt(logger),
    setLevel: (level) => {
      logger.level = level;
    },
  };
}

/** The line's own fields stand first, and no other field can take their place. */
function toJson({ level, message, ...fields }: winston.Logform.TransformableInfo): string {
  const own = { level, ts: timestamp(), msg: message };
  return JSON.stringify({ ...own, ...fields, ...own });
}

function toLine({ level, message, ...fields }: winston.Logform.TransformableInfo): string {
  const rest = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`;
  return `${timestamp()} ${level} ${String(message)}${rest}`;
}

function timestamp(): string {
  return new Date().toISOString();
}

function adapt(logger: winston.Logger): Logger {
  const log =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      // The line's own level and message come last: a field of that name cannot replace them.
      logger.log({ ...fields, level, message });
    };
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    with: (fields) => adapt(logger.child(fields)),
  };
}
