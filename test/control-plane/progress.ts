import { styleText } from 'node:util';

/** Something that takes a while and is shown with its elapsed time. End it with `done` or `fail`, once. */
export interface ProgressTask {
  /** Sets a few words on what is being done now; they are shown with the next update. */
  update(detail: string): void;
  /** Ends the task well and prints the time taken. */
  done(detail?: string): void;
  /** Ends the task badly and prints the time taken. The caller reports the reason. */
  fail(): void;
}

/** Tells a person what is going on and for how long. Nothing here throws. */
export interface Progress {
  /** Prints one line at once. */
  note(line: string): void;
  /** Prints a line now, and more of them while the task runs. For anything that can take longer than 2 s. */
  start(title: string): ProgressTask;
}

/** Where progress is written to; `process.stderr` is one. */
export interface ProgressOutput {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Formats a duration in milliseconds for people: `0.4 s`, `42 s`, `5 min 16 s`. */
export function formatDuration(ms: number): string {
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

interface Display {
  note(line: string): void;
  /** Called at once and then every `everyMs` until the task ends. */
  show(line: string, first: boolean): void;
  readonly everyMs: number;
}

function runOn(display: Display): Progress {
  return {
    note: (line) => {
      display.note(line);
    },
    start: (title) => {
      const startedAt = performance.now();
      let detail = '';
      let ended = false;
      const elapsed = (): string => formatDuration(performance.now() - startedAt);
      const timer = setInterval(() => {
        display.show(`${title}: ${elapsed()}${detail === '' ? '' : `, ${detail}`}`, false);
      }, display.everyMs);
      timer.unref();
      const end = (line: string): void => {
        if (ended) return;
        ended = true;
        clearInterval(timer);
        display.note(line);
      };
      display.show(`${title} …`, true);
      return {
        update: (text) => (detail = text),
        done: (text) => {
          end(`${title}: done in ${elapsed()}${text === undefined ? '' : `, ${text}`}`);
        },
        fail: () => {
          end(`${title}: failed after ${elapsed()}`);
        },
      };
    },
  };
}

/** Progress as plain lines, for logs: a running task says so every `everyMs` milliseconds (15 s by default). */
export function createPlainProgress(output: ProgressOutput, everyMs = 15_000): Progress {
  const print = (line: string): void => {
    output.write(`${line}\n`);
  };
  return runOn({ note: print, show: print, everyMs });
}

/** Progress on a terminal: a running task rewrites its line every `everyMs` milliseconds (1 s by default). */
export function createTerminalProgress(output: ProgressOutput, everyMs = 1000): Progress {
  const clearLine = '\r\u001B[2K';
  return runOn({
    note: (line) => output.write(`${clearLine}${line}\n`),
    show: (line) => {
      // A line that wraps could not be cleared again.
      const width = output.columns === undefined || output.columns === 0 ? 80 : output.columns;
      const cut = line.slice(0, width - 1);
      output.write(`${clearLine}${styleText('dim', cut)}`);
    },
    everyMs,
  });
}

/** The terminal's progress on a terminal, else plain lines. Writes to standard error by default. */
export function chooseProgress(output: ProgressOutput = process.stderr): Progress {
  return output.isTTY === true ? createTerminalProgress(output) : createPlainProgress(output);
}
