import { fileURLToPath } from 'node:url';
import { IsolatedProcess } from '../../../src/app/isolation/isolated-process.ts';
import { recordLog } from '../../harness/record-log.ts';

// Starts a process, has it do what never ends, and prints its id: `node abandoning-parent.ts QUESTION`.
const program = fileURLToPath(new URL('obedient-program.ts', import.meta.url));
const isolated = new IsolatedProcess({
  ...{ name: 'test', program, heapMb: 32, niceness: 10 },
  logger: recordLog(),
});
await isolated.start();
void isolated.ask(process.argv[2], { computedMs: 3_600_000, passedMs: 3_600_000 });
process.stdout.write(`${isolated.pid ?? 0}\n`);
setInterval(() => undefined, 60_000);
