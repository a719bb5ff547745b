import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleForTest } from './bundle.ts';
import { type OperatorProcess, startOperator } from './operator-process.ts';

/** Starts an operator, and adds what it logs to `operator.log` in a folder. */
export async function startLoggedOperator(
  kubeconfigPath: string,
  logs: string,
  args: string[] = [],
): Promise<OperatorProcess> {
  const bundle = await bundleForTest();
  const operator = await startOperator(bundle.file, kubeconfigPath, args);
  const write = (line: object): void => {
    appendFileSync(join(logs, 'operator.log'), `${JSON.stringify(line)}\n`);
  };
  operator.log.forEach(write);
  operator.onLine(write);
  return {
    ...operator,
    stop: async (signal) => {
      const code = await operator.stop(signal);
      await bundle.remove();
      return code;
    },
  };
}
