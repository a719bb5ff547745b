/**
 * The log of the process. This file makes the logger that the ports describe, from winston; beside it are the limit of
 * repeated messages and the change of the level by signals. The room may import only the port of the logger. Begin
 * here.
 */
import winston from 'winston';
import type { LogFields, Logger } from '../../ports/logger.ts';
import { LogSampler } from './log-sampler.ts';

/** The levels, from the most verbose to the least. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A logger whose level can be changed. */
export interface LeveledLogger extends Logger {
  /** Changes the level of this logger and of those that were made from it. */
  setLevel(level: LogLevel): void;
}

/** Options of {@link createLogger}. */
export interface LoggingOptions {
  /** The lowest level that is logged. */
  level: LogLevel;
  /** `json`: one object a line with `ts`, `level`, `msg`, as Flux's controllers log. `console`: for people. */
  encoding: 'json' | 'console';
}

/** Creates a logger that writes to standard error: standard output is for what a command prints. */
export function createLogger(options: LoggingOptions): LeveledLogger {
  const { combine, colorize, printf } = winston.format;
  const format =
    options.encoding === 'json'
      ? printf(toJson)
      : combine(...(process.stderr.isTTY ? [colorize()] : []), printf(toLine));
  const transports = new winston.transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] });
  const logger = winston.createLogger({ level: options.level, format, transports });
  return {
    ...adapt(logger, new LogSampler()),
    setLevel: (level) => {
      logger.level = level;
    },
  };
}

/** A line as JSON. Level, time and message come first, and no field of the caller can replace them. */
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

function adapt(logger: winston.Logger, sampler: LogSampler): Logger {
  const log =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (!logger.isLevelEnabled(level)) return;
      const repeated = isTrouble(level) ? sampler.sample(`${level} ${message}`, performance.now()) : 0;
      if (repeated === undefined) return;
      // Level and message come last, so that no field of the caller replaces them.
      logger.log({ ...fields, ...(repeated > 0 ? { repeated } : {}), level, message });
    };
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    with: (fields) => adapt(logger.child(fields), sampler),
  };
}

/** Whether lines of a level are sampled. Lines about what the operator did are all written. */
function isTrouble(level: LogLevel): boolean {
  return level === 'warn' || level === 'error';
}
