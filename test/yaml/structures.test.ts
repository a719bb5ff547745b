import { beforeAll, expect, test } from '@jest/globals';
import { MarkBudget } from '../../src/core/yaml/tokens/fault.ts';
import { readDocuments } from '../../src/core/yaml/documents/read-documents.ts';
import { SeededRandom } from '../harness/random.ts';
import { type Answer, prepareGo } from './ask-go.ts';
import { findDifference } from './differences.ts';
import { RARE } from './rare-structures.ts';
import { makeDocument, makeSoup, makeStream } from './structures.ts';

let ask: (texts: readonly string[]) => Answer[];

beforeAll(async () => {
  ask = await prepareGo();
});

/** The texts that are read otherwise than Kubernetes reads them, with what differs. */
function compare(texts: readonly string[]): { text: string; difference: string }[] {
  const answers = ask(texts);
  return texts.flatMap((text, i) => {
    const ours = [...readDocuments(text, new MarkBudget(Infinity))];
    const difference = findDifference(text, ours, answers[i] ?? { documents: [] });
    return difference === undefined ? [] : [{ text, difference }];
  });
}

function make(count: number, seed: number, makeOne: (random: SeededRandom) => string): string[] {
  const random = new SeededRandom(seed);
  const made = new Set<string>();
  while (made.size < count) made.add(makeOne(random));
  return [...made];
}

test.each([
  ['a text with the structure of YAML, and mistakes in it,', 12_000, 9, makeDocument],
  ['a text of parts of YAML in any order', 12_000, 10, makeSoup],
  ['a stream that begins with JSON', 2000, 11, makeStream],
] as const)('%s is what kubectl reads', (_, count, seed, makeOne) => {
  expect(compare(make(count, seed, makeOne))).toEqual([]);
});

test('a quarter of the texts with the structure of YAML is valid, so that values are compared', () => {
  const answers = ask(make(2000, 9, makeDocument));
  const valid = answers.filter(({ error, strict }) => error === undefined && strict === undefined);
  expect(valid.length).toBeGreaterThan(500);
});

test.each(RARE)('the text %j is read as kubectl reads it', (text) => {
  expect(compare([text])).toEqual([]);
});
