import { InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../core/values/duration.ts';

/** A flag that takes a duration as Flux writes it, such as `15s` or `1m30s`; its value is in milliseconds. */
export function createDurationOption(flags: string, description: string, byDefault: string): Option {
  return new Option(flags, description).argParser(readDuration).default(readDuration(byDefault), byDefault);
}

function readDuration(text: string): number {
  const ms = parseDuration(text) ?? 0;
  if (ms <= 0) throw new InvalidArgumentError('It must be a duration such as 15s or 1m30s.');
  return ms;
}
