import { expect, test } from '@jest/globals';
import { printMessage, printProgress } from '../../../src/core/text/lines.ts';
import { marked, plain } from './marked.ts';

test('messages have the symbols of flux', () => {
  expect(printMessage('action', 'asking', plain())).toBe('► asking\n');
  expect(printMessage('success', 'ready', marked())).toBe('<good:✔> ready\n');
  expect(printMessage('failure', 'not\nready', plain())).toBe('✗ not; ready\n');
  expect(printMessage('waiting', 'it', plain())).toBe('◎ it\n');
});

test('a message is folded below itself on a terminal', () => {
  const text = 'FluxBlueprint platform is being deleted';
  expect(printMessage('failure', text, plain(20))).toBe('✗ FluxBlueprint\n  platform is being\n  deleted\n');
  expect(printMessage('failure', text, plain(80))).toBe(`✗ ${text}\n`);
});

test('progress is one line that a terminal does not break, with the time first', () => {
  const text = '3/5 ready; waiting for Kustomization/apps/web';
  expect(printProgress(text, 12_400, plain(80))).toBe(`◎ 12s: ${text}`);
  expect(printProgress(text, 12_400, plain(20))).toBe('◎ 12s: 3/5 ready; …');
  expect(printProgress('a\nb', 130_000, plain())).toBe('◎ 2m10s: a; b');
});
