import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import {
  createPlainProgress,
  createTerminalProgress,
  formatDuration,
  type ProgressOutput,
} from './progress.ts';

function record(): ProgressOutput & { text: string } {
  const output = {
    text: '',
    columns: 60,
    write: (text: string) => {
      output.text += text;
    },
  };
  return output;
}

test('durations read well from tenths of a second to minutes', () => {
  expect([400, 9949, 9951, 42_000, 59_600, 316_000].map(formatDuration)).toEqual([
    '0.4 s',
    '9.9 s',
    '10 s',
    '42 s',
    '1 min 0 s',
    '5 min 16 s',
  ]);
});

/** Time is moved on by hand: what a line says of it must not depend on the machine. */
beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

test('without a terminal a task prints a line at its start, now and then, and at its end', () => {
  const output = record();
  const task = createPlainProgress(output, 1000).start('Building it');
  task.update('the hard part');
  jest.advanceTimersByTime(2500);
  task.done('well');
  expect(output.text.trimEnd().split('\n')).toEqual([
    'Building it …',
    'Building it: 1.0 s, the hard part',
    'Building it: 2.0 s, the hard part',
    'Building it: done in 2.5 s, well',
  ]);
});

test('an ended task prints nothing more', () => {
  const output = record();
  const task = createPlainProgress(output, 1000).start('Ended');
  task.fail();
  const lines = ['Ended …', 'Ended: failed after 0.0 s'];
  expect(output.text.trimEnd().split('\n')).toEqual(lines);
  task.done();
  jest.advanceTimersByTime(5000);
  expect(output.text.trimEnd().split('\n')).toEqual(lines);
  expect(jest.getTimerCount()).toBe(0);
});

test('on a terminal a task keeps to one line, which is cut rather than wrapped', () => {
  const output = record();
  const task = createTerminalProgress(output, 1000).start('Building it');
  task.update('x'.repeat(200));
  jest.advanceTimersByTime(1000);
  expect(output.text).toContain('xxx');
  expect(output.text).not.toContain('\n');
  expect(output.text).not.toContain('x'.repeat(60));
  task.done();
  expect(output.text.endsWith('\n')).toBe(true);
  expect(output.text.split('\n')).toHaveLength(2);
});
