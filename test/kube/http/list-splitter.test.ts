import { expect, test } from '@jest/globals';
import { ListSplitter } from '../../../src/kube/http/list-splitter.ts';
import { SeededRandom } from '../../harness/random.ts';

/** Feeds the text in pieces of random length. */
function split(
  text: string,
  random: SeededRandom,
  maxBytes = 1_000_000,
): { items: unknown[]; rest: unknown } {
  const splitter = new ListSplitter(maxBytes);
  const bytes = Buffer.from(text);
  const items: unknown[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + random.below(9);
    for (const item of splitter.take(bytes.subarray(at, end))) items.push(JSON.parse(item));
    at = end;
  }
  return { items, rest: JSON.parse(splitter.rest()) };
}

/** Texts that look like the structure of a list. */
const TEXTS = ['', 'items', '"items":[', '}]', 'a\\', '\\"', 'ü€😀', '[{', ',', 'a\n'];

/** Without escapes: JSON.parse of Node 24.21 takes one key for another where both have some. */
const KEYS = ['', 'items', 'metadata', '}]', 'ü€😀', '[{', ','];

function randomValue(random: SeededRandom, depth: number): unknown {
  const kind = random.below(depth > 3 ? 4 : 7);
  if (kind < 3) return random.pick(TEXTS);
  if (kind === 3) return random.pick([null, true, 0, -1.5e300]);
  const size = random.below(4);
  if (kind === 4) return Array.from({ length: size }, () => randomValue(random, depth + 1));
  const keys = Array.from({ length: size }, () => random.pick(KEYS));
  return Object.fromEntries(keys.map((key) => [key, randomValue(random, depth + 1)]));
}

test('a list is split as JSON.parse reads it, wherever the network cuts it', () => {
  for (let seed = 0; seed < 500; seed++) {
    const random = new SeededRandom(seed);
    const items = Array.from({ length: random.below(5) }, () => ({ a: randomValue(random, 0) }));
    const list = {
      kind: random.pick(['items', 'ThingList']),
      ...(random.below(2) === 0 ? { metadata: { items: [{ b: 1 }], continue: 'items' } } : {}),
      items,
      apiVersion: 'v1',
      ...(random.below(2) === 0 ? { metadata: { resourceVersion: '1', items: [[{}]] } } : {}),
    };
    const text = JSON.stringify(list, null, random.pick(['', ' ', '\n\t']));
    expect({ seed, ...split(text, random) }).toEqual({ seed, items, rest: { ...list, items: [] } });
  }
});

test('a list without items is its own rest', () => {
  const list = { kind: 'ThingList', items: null, metadata: {} };
  expect(split(JSON.stringify(list), new SeededRandom(1))).toEqual({ items: [], rest: list });
});

test('a list may be longer than its longest item may be, and an item may not', () => {
  const many = JSON.stringify({ items: Array.from({ length: 100 }, () => ({ a: 'x'.repeat(50) })) });
  expect(split(many, new SeededRandom(1), 100).items).toHaveLength(100);
  const large = JSON.stringify({ items: [{ a: 'x'.repeat(200) }] });
  expect(() => split(large, new SeededRandom(1), 100)).toThrow('more than 100 bytes in one object');
});
