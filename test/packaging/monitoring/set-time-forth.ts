/**
 * Is loaded into an operator before its own code (`node --import`). SIGUSR2 sets both of its clocks forth by 25 hours,
 * as if that much time had passed: waits are told as longer, and timers stay as they are.
 */
const SHIFT_MS = 25 * 3_600_000;

const [now, monotonic] = [Date.now.bind(Date), performance.now.bind(performance)];

process.on('SIGUSR2', () => {
  Date.now = () => now() + SHIFT_MS;
  performance.now = () => monotonic() + SHIFT_MS;
  process.stderr.write(`${JSON.stringify({ level: 'info', msg: 'time set forth' })}\n`);
});
