import winston from 'winston';
import type { LogFields, Logger } from '../../ports/logger.ts';
import { FloodGate } from './log-sampler.ts';

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
    ...adapt(logger, new FloodGate()),
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

function adapt(logger: winston.Logger, gate: FloodGate): Logger {
  const log =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (!logger.isLevelEnabled(level)) return;
      const repeated = isTrouble(level) ? gate.pass(`${level} ${message}`, performance.now()) : 0;
      if (repeated === undefined) return;
      // The line's own level and message come last: a field of that name cannot replace them.
      logger.log({ ...fields, ...(repeated > 0 ? { repeated } : {}), level, message });
    };
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    with: (fields) => adapt(logger.child(fields), gate),
  };
}

/** What may come in floods. What was done is written in full. */
function isTrouble(level: LogLevel): boolean {
  return level === 'warn' || level === 'error';
}
