import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ForkedExpressions } from '../../../src/app/cel/forked-expressions.ts';
import { recordLog } from '../../harness/record-log.ts';

const PATIENCE_MS = 60_000;

let expressions: ForkedExpressions;

beforeAll(() => {
  expressions = new ForkedExpressions(recordLog());
});

afterAll(() => {
  expressions.close();
});

const doubled = (value: string, times: number): string => `[${value}]${'.map(x,x+x)'.repeat(times)}`;
const LARGE = { text: 'a'.repeat(1_000_000), many: Array.from({ length: 1_000 }, (_, i) => `line ${i}`) };

const ATTACKS: readonly (readonly [string, string])[] = [
  ['a string that doubles', `${doubled('"aaaaaaaaaaaaaaaa"', 23)}.exists(x, x.split("").size()==1)`],
  ['a list that doubles', `${doubled('[1,2,3,4]', 25)}.exists(x, x.size()==1)`],
  ['bytes that double', `${doubled('b"aaaaaaaa"', 26)}.exists(x, x.size()==1)`],
  ['many bytes', 'dep.many.all(a, dep.many.map(b, bytes(dep.text)).size() == 0)'],
  ['many strings', '[1]' + '.map(x,[x,x,x,x,x,x,x,x,x,x])'.repeat(20) + '.size() == 1'],
  ['a list that grows', 'dep.many.map(a, dep.many.map(b, dep.many.map(c, [a, b, c]))).size() == 1'],
  ['a long join', `${doubled('["","","",""]', 15)}.exists(x, x.join(dep.text) == "")`],
  ['a join of one long string', '[dep.many.map(m, dep.text)].exists(x, x.join() == "")'],
  [
    'a join in a condition',
    'dep.many.map(m, dep.text).join() == "" || dep.many.all(a, dep.many.all(b, dep.many.all(c, true)))',
  ],
  ['nested macros', `${'[1,2,3,4,5,6,7,8,9,0].all(x, '.repeat(9)}true${')'.repeat(9)}`],
  ['macros over one list', 'dep.many.all(a, dep.many.all(b, dep.many.all(c, true)))'],
  ['long splits', 'dep.many.all(a, dep.many.all(b, dep.text.split("").size() > 1))'],
  ['long sizes', 'dep.many.all(a, dep.many.all(b, dep.text.size() > 1))'],
  ['backtracking', '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!".matches("^(a+)+$")'],
  ['backtracking over much', 'dep.text.matches("(.*)*b")'],
  ['a long pattern', 'dep.many.all(a, "b".matches("(" + dep.text + ")"))'],
  ['a pattern of groups', `${doubled('"(a|b)*"', 17)}.exists(x, dep.many.all(a, !"c".matches(x)))`],
  ['a pattern of counts', 'dep.text.matches("^((((a{1,100}){1,100}){1,100}){1,100}){1,100}$b")'],
  ['a duration of a million digits', `duration(${doubled('"99999999"', 17)}[0] + "h") == duration("1s")`],
  ['time zones', `dep.many.all(a, dep.many.all(b, timestamp(1).getHours("Europe/Paris") < 30))`],
];

const BOMBS: readonly (readonly [string, string])[] = [
  ['deep parentheses', `${'('.repeat(100_000)}true${')'.repeat(100_000)}`],
  ['deep negation', `${'!'.repeat(500_000)}true`],
  ['deep lists', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['a long sum', `1${'+1'.repeat(200_000)} == 1`],
  ['many fields', `dep${'.a'.repeat(100_000)}`],
  ['a long string', `"${'\\\\u0041'.repeat(100_000)}" == ""`],
];

test.each([...ATTACKS, ...BOMBS])(
  'a hostile expression ends, and the next one works: %s',
  async (_, text) => {
    const result = await expressions.evaluate(text, { dep: LARGE, self: {} }, PATIENCE_MS);
    expect(result.kind).not.toBe('later');
    const good = await expressions.evaluate('dep.many.size() == 1000', { dep: LARGE }, PATIENCE_MS);
    expect(good).toEqual({ kind: 'value', holds: true });
  },
);

/** Processor time of this process that expressions take, in milliseconds. */
async function measureOwnCpu(texts: readonly string[]): Promise<number> {
  const before = process.cpuUsage();
  for (const text of texts) await expressions.evaluate(text, { dep: LARGE, self: {} }, PATIENCE_MS);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test('hostile expressions cost this process what starting evaluators and sending objects does', async () => {
  // In turns, and after one that does not count: on a busy machine, what is measured first and alone seems to cost
  // more.
  await measureOwnCpu(['dep.many.size() == 1']);
  let [hostile, innocent] = [0, 0];
  for (const [i, [, text]] of ATTACKS.entries()) {
    hostile += await measureOwnCpu([text]);
    expressions.close();
    innocent += await measureOwnCpu([`dep.many.size() == ${i}`]);
  }
  expect(hostile).toBeLessThan(3 * innocent);
});

// These make nothing. Of one that makes lists too, the machine decides which limit it runs into first.
test.each(ATTACKS.filter(([name]) => /^(macros over|backtracking$|long sizes)/.test(name)))(
  'the limit of time is told: %s',
  async (_, expression) => {
    expect(await expressions.evaluate(expression, { dep: LARGE }, PATIENCE_MS)).toEqual({
      kind: 'expensive',
      why: 'it takes more than 200 ms',
    });
  },
);

test('what an expression reads is bounded in size and depth', async () => {
  let deep: unknown = true;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  const why = 'what it reads is too large or nested too deeply';
  const wide = Array.from({ length: 9 }, () => LARGE.text);
  for (const dep of [deep, wide])
    expect(await expressions.evaluate('true', { dep }, PATIENCE_MS)).toEqual({ kind: 'expensive', why });
});

test('an object of the largest size that an API server stores can be read', async () => {
  const entries = Array.from({ length: 15_000 }, (_, i) => ({
    name: `entry-${i}`,
    ready: true,
    at: i,
    note: 'x'.repeat(48),
  }));
  const text = 'dep.entries.size() == 15000 && dep.entries[14999].ready';
  const verdict = await expressions.evaluate(text, { dep: { entries }, self: {} }, PATIENCE_MS);
  expect(verdict).toEqual({ kind: 'value', holds: true });
});

test('an object of very many small fields can be read: that takes time by its size', async () => {
  const fields = Object.fromEntries(Array.from({ length: 150_000 }, (_, i) => [`f${i}`, i % 7]));
  const dep = { fields };
  expect(JSON.stringify(dep).length).toBeGreaterThan(1_600_000);
  const verdict = await expressions.evaluate('dep.fields.f6 == 6', { dep, self: {} }, PATIENCE_MS);
  expect(verdict).toEqual({ kind: 'value', holds: true });
});

test('an innocent expression is not failed by a thread that is busy elsewhere', async () => {
  await expressions.evaluate('true', {}, PATIENCE_MS);
  const verdict = expressions.evaluate('dep.many.exists(m, m == "line 7")', { dep: LARGE }, PATIENCE_MS);
  await new Promise((resolve) => setImmediate(resolve));
  const busyUntil = performance.now() + 600;
  while (performance.now() < busyUntil);
  expect(await verdict).toEqual({ kind: 'value', holds: true });
});

test('who waits for too long gets no answer, and holds nobody up', async () => {
  const nested = ATTACKS.find(([name]) => name === 'nested macros')?.[1] ?? '';
  const slow = expressions.evaluate(nested, {}, PATIENCE_MS);
  const impatient = expressions.evaluate('true', {}, 1);
  const patient = expressions.evaluate('true', {}, PATIENCE_MS);
  expect(await impatient).toEqual({ kind: 'later' });
  expect(await slow).toMatchObject({ kind: 'expensive' });
  expect(await patient).toEqual({ kind: 'value', holds: true });
});
