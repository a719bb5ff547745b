import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedLogs } from './shared-cluster.ts';

/** How many lines of each log are printed, and how much of each line. */
const lastLines = 25;
const lineLength = 400;

/** What this needs of Jest's results. */
interface FileResult {
  testResults: { status: string; fullName: string; startAt?: number | null }[];
}

/** Prints what Flux's controllers and the operator logged since a scenario that failed began. */
export default class LogReporter {
  onTestFileResult(_test: unknown, { testResults }: FileResult): void {
    const folder = sharedLogs();
    if (folder === undefined || !existsSync(folder)) return;
    for (const { status, fullName, startAt } of testResults) {
      if (status !== 'failed') continue;
      process.stderr.write(`\n● Logs of "${fullName}"\n`);
      for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
        if (path.endsWith('.log')) printLog(join(folder, path), path, startAt ?? 0);
      }
    }
  }
}

function printLog(file: string, title: string, since: number): void {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && timeOf(line) >= since);
  if (lines.length === 0) return;
  process.stderr.write(`\n  ${title}, the last of ${lines.length} lines\n`);
  for (const line of lines.slice(-lastLines)) process.stderr.write(`    ${line.slice(0, lineLength)}\n`);
}

/** When a line of JSON was logged; one that does not say it is always printed. */
function timeOf(line: string): number {
  const time = /"(?:ts|timestamp)":"([^"]+)"/u.exec(line)?.[1];
  return time === undefined ? Infinity : Date.parse(time);
}
