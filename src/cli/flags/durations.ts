/**
 * Flags that several commands have, and those of `operator` by what they are about: what is allowed, and how their
 * values are read. Nothing here does anything with them. Begin with the file of the flag.
 */
import { InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../core/values/duration.ts';

/**
 * A flag that takes a duration in Flux's form, such as `15s` or `1m30s`. Its value is in milliseconds; the default,
 * `byDefault`, is in Flux's form, too.
 */
export function createDurationOption(flags: string, description: string, byDefault: string): Option {
  return new Option(flags, description).argParser(readDuration).default(readDuration(byDefault), byDefault);
}

function readDuration(text: string): number {
  const ms = parseDuration(text) ?? 0;
  if (ms <= 0) throw new InvalidArgumentError('It must be a duration such as 15s or 1m30s.');
  return ms;
}
