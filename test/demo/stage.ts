import { styleText } from 'node:util';

/** Formats a duration in milliseconds: `41 ms`, `1.2 s`. */
export function formatMs(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Prints the demo: its steps, what was seen, and the times at the end, with colours on a terminal. */
export class Stage {
  readonly #times: [string, number][] = [];
  #step = 0;

  /** Begins a step. */
  step(title: string): void {
    this.#step += 1;
    this.#print(`\n${styleText('bold', `${this.#step}. ${title}`, { stream: process.stdout })}`);
  }

  /** Prints lines unchanged. */
  show(...lines: string[]): void {
    for (const line of lines) this.#print(`   ${line}`);
  }

  /** Says that something was observed on the API server, and how long it took. */
  seen(what: string, ms?: number, total?: string): void {
    const mark = styleText('green', '✔', { stream: process.stdout });
    this.#print(`   ${mark} ${what}${ms === undefined ? '' : ` (${formatMs(ms)})`}`);
    if (total !== undefined && ms !== undefined) this.#times.push([total, ms]);
  }

  /** Prints the times of all steps. */
  close(): void {
    this.#print(
      `\n${styleText('bold', 'From the change to its effect on the API server', { stream: process.stdout })}`,
    );
    const width = Math.max(...this.#times.map(([what]) => what.length));
    for (const [what, ms] of this.#times)
      this.#print(`   ${what.padEnd(width)}  ${formatMs(ms).padStart(7)}`);
  }

  #print(line: string): void {
    process.stdout.write(`${line}\n`);
  }
}
