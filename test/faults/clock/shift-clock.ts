import { readFileSync } from 'node:fs';

/**
 * Is loaded into an operator before its own code (`node --import`). Each SIGUSR2 sets its wall clock: by so many hours
 * forth or back from the real time as stand in a file, which the query of its URL names: `?file=/tmp/…/hours`. The
 * monotonic clock is not affected, as when somebody sets the time.
 */
const file = new URL(import.meta.url).searchParams.get('file') ?? '';
const HOUR_MS = 3_600_000;

const RealDate = Date;
let shiftMs = 0;

function now(): number {
  return RealDate.now() + shiftMs;
}

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: unknown[], asked) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, asked) as Date,
  get: (target, field, receiver) =>
    field === 'now' ? now : (Reflect.get(target, field, receiver) as unknown),
});

process.on('SIGUSR2', () => {
  shiftMs = Number(readFileSync(file, 'utf8')) * HOUR_MS;
  process.stderr.write(`${JSON.stringify({ level: 'info', msg: 'clock set', ms: shiftMs })}\n`);
});
