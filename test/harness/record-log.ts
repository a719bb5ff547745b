import type { LogFields, Logger } from '../../src/ports/logger.ts';

/** A line that was logged. */
export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
  fields: LogFields;
}

/** A logger that keeps its lines. */
export function recordLog(lines: LogLine[] = [], bound: LogFields = {}): Logger & { lines: LogLine[] } {
  const log =
    (level: LogLine['level']) =>
    (message: string, fields: LogFields = {}) => {
      lines.push({ level, message, fields: { ...bound, ...fields } });
    };
  return {
    lines,
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    with: (fields) => recordLog(lines, { ...bound, ...fields }),
  };
}
