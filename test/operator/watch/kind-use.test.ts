import { expect, test } from '@jest/globals';
import { KindUse } from '../../../src/operator/watch/kind-use.ts';
import { ManualClock } from '../../harness/manual-clock.ts';

const ALWAYS = new Map([['g/Always', { group: 'g', kind: 'Always' }]]);

function start(watched: readonly string[] = []): { use: KindUse; clock: ManualClock; changes: () => number } {
  const clock = new ManualClock();
  let changes = 0;
  const lingers = (kind: string): boolean => watched.includes(kind);
  const use = new KindUse({ always: ALWAYS, clock, lingers, onChange: () => changes++ });
  return { use, clock, changes: () => changes };
}

test('a kind is wanted for as long as a blueprint uses it', () => {
  const { use, changes } = start();
  use.use('a/one', ['g/Always', '/Namespace', 'g/Some', 'g/Some']);
  use.use('a/two', ['g/Some', 'g/Other']);
  expect([...use.wanted.keys()]).toEqual(['g/Always', 'g/Some', 'g/Other']);
  use.use('a/one', []);
  expect(use.wanted.has('g/Some')).toBe(true);
  use.use('a/two', ['g/Other']);
  expect([...use.wanted.keys()]).toEqual(['g/Always', 'g/Other']);
  const before = changes();
  use.use('a/two', ['g/Other']);
  expect(changes()).toBe(before);
});

test('a thousand edits with a thousand kinds each leave nothing behind', () => {
  const { use, clock } = start();
  for (let edit = 0; edit < 1000; edit++)
    use.use(
      'a/one',
      Array.from({ length: 1000 }, (_, i) => `g/Invented${edit}x${i}`),
    );
  expect(use.wanted.size).toBe(1001);
  use.use('a/one', []);
  expect([...use.wanted.keys()]).toEqual(['g/Always']);
  expect(clock.timers).toBe(0);
});

test('a kind that is watched stays for a while, so that it is not watched on and off', () => {
  const { use, clock, changes } = start(['g/Watched']);
  use.use('a/one', ['g/Watched']);
  for (let i = 0; i < 10; i++) {
    use.use('a/one', []);
    clock.advance(200_000);
    use.use('a/one', ['g/Watched']);
  }
  expect(changes()).toBe(1);
  use.use('a/one', []);
  clock.advance(300_000);
  expect(use.wanted.has('g/Watched')).toBe(false);
  expect(changes()).toBe(2);
});
