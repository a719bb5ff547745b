import { expect, test } from '@jest/globals';
import { ReadingMemory } from '../../../src/operator/memory/reading-memory.ts';

const ids = Array.from({ length: 250 }, (_, i) => `object-${i}`);

/** Reads what is due, and answers it. */
function readDue(memory: ReadingMemory, now: number): string[] {
  const due = [...memory.chooseDue(ids, now)];
  for (const id of due) memory.record(id, [[`read at ${now}`]]);
  return due;
}

test('of many objects each has its turn, those first that were read longest ago', () => {
  const memory = new ReadingMemory();
  const rounds = [0, 5000, 10_000].map((now) => readDue(memory, now));
  expect(rounds.map((round) => round.length)).toEqual([100, 100, 100]);
  expect(new Set(rounds.flat())).toEqual(new Set(ids));
  expect(memory.find('object-249')).toEqual([['read at 10000']]);
  expect(readDue(memory, 15_000)).toEqual([...ids.slice(50, 150)]);
});

test('what was just read is not read again, however often the blueprint is reconciled', () => {
  const memory = new ReadingMemory();
  const few = ids.slice(0, 3);
  for (const id of memory.chooseDue(few, 0)) memory.record(id, []);
  expect([...memory.chooseDue(few, 500)]).toEqual([]);
  expect([...memory.chooseDue([...few, 'new'], 600)]).toEqual(['new']);
  expect([...memory.chooseDue(few, 1000)]).toEqual(few);
});

test('answers about another version of the blueprint are forgotten, and so is what it no longer waits for', () => {
  const memory = new ReadingMemory();
  memory.keepOnly('1');
  memory.record('a', [['x']]);
  memory.keepOnly('1');
  expect(memory.find('a')).toEqual([['x']]);
  memory.chooseDue(['b'], 0);
  expect(memory.find('a')).toBeUndefined();
  memory.record('b', []);
  memory.keepOnly('2');
  expect(memory.find('b')).toBeUndefined();
});
