import { expect, test } from '@jest/globals';
import { drawScale } from './draw-scale.ts';
import { MEASURES, type ScaleRow, readRows, toMarkdown } from './scale-rows.ts';

function rowOf(blueprints: number, operators = 1): ScaleRow {
  const memoryMb = 100 + blueprints / 10;
  return {
    ...{ blueprints, operators, memoryMb, peakMb: memoryMb * 1.4, coldStartMs: blueprints * 8 },
    ...{ requests: 40, receivedMb: blueprints / 20, idleWrites: 0, idleShare: 0.004, p50Ms: 12, p99Ms: 40.5 },
  };
}

const ROWS = [rowOf(100), rowOf(1000), rowOf(5000), rowOf(5000, 4)];

test('the table has a column for each number of blueprints, and a row for each measure', () => {
  const lines = toMarkdown(ROWS).split('\n');
  expect(lines[0]).toBe('|  | 100 blueprints | 1000 blueprints | 5000 blueprints | 5000 on 4 shards |');
  expect(lines).toHaveLength(MEASURES.length + 2);
  expect(lines).toContain('| cold start | 0.80 s | 8 s | 40 s | 40 s |');
  expect(lines).toContain('| writes when idle | 0 | 0 | 0 | 0 |');
});

test('the plot shows every figure that it draws, and is complete also where all are nothing', () => {
  const plot = drawScale(ROWS);
  for (const row of ROWS) expect(plot).toContain(`>${row.memoryMb}</text>`);
  const nothing = { ...rowOf(100), memoryMb: 0, coldStartMs: 0, p99Ms: 0, receivedMb: 0 };
  for (const drawn of [plot, drawScale([nothing]), drawScale([rowOf(10)])]) {
    expect(drawn).not.toMatch(/NaN|Infinity|undefined/);
    expect(drawn.match(/<g /g)).toHaveLength(4);
  }
});

test('rows are read from the figures of a benchmark that have a number of blueprints', () => {
  const [row] = ROWS;
  const figures = [{ numbers: { ...row } }, { numbers: { from: 1, to: 2 } }];
  expect(readRows({ figures })).toEqual([row]);
  expect(() => readRows({ figures: [{ numbers: {} }] })).toThrow('there is no growth in it');
});
