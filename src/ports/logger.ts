/** Structured fields of a log line. They must never hold an object's data or a secret's value. */
export type LogFields = Readonly<Record<string, unknown>>;

/** A structured log with levels. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds `fields` to each of its lines. */
  with(fields: LogFields): Logger;
}
