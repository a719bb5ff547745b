import { expect, test } from '@jest/globals';
import {
  createPlainProgress,
  createTerminalProgress,
  formatDuration,
  type ProgressOutput,
} from './progress.ts';
import { waitFor } from '../harness/wait-for.ts';

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

test('without a terminal a task prints a line at its start, now and then, and at its end', async () => {
  const output = record();
  const task = createPlainProgress(output, 20).start('Building it');
  task.update('the hard part');
  await waitFor('there are two updates', () => output.text.split('the hard part').length > 2);
  task.done('well');
  const lines = output.text.trimEnd().split('\n');
  expect(lines[0]).toBe('Building it …');
  expect(lines[1]).toMatch(/^Building it: 0\.\d s, the hard part$/u);
  expect(lines.at(-1)).toMatch(/^Building it: done in 0\.\d s, well$/u);
});

test('an ended task prints nothing more', async () => {
  const output = record();
  const progress = createPlainProgress(output, 5);
  const task = progress.start('Ended');
  task.fail();
  task.done();
  const other = progress.start('Other');
  await waitFor('the other one has had its turn', () => output.text.includes('Other: '));
  other.done();
  expect(output.text.match(/Ended/gu)).toHaveLength(2);
  expect(output.text).toMatch(/^Ended: failed after 0\.0 s$/mu);
});

test('on a terminal a task keeps to one line, which is cut rather than wrapped', async () => {
  const output = record();
  const task = createTerminalProgress(output, 10).start('Building it');
  task.update('x'.repeat(200));
  await waitFor('there is an update', () => output.text.includes('xxx'));
  expect(output.text).not.toContain('\n');
  expect(output.text).not.toContain('x'.repeat(60));
  task.done();
  expect(output.text.endsWith('\n')).toBe(true);
  expect(output.text.split('\n')).toHaveLength(2);
});
