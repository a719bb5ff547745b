import { expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/api/schema/shapes/shapes.ts';
import { type MergeRules, mergeOverlays } from '../../../src/core/kinds/overlay.ts';

const PLAIN: MergeRules = { unions: [] };
const UNION: MergeRules = { unions: [['chart', 'chartRef']] };

function merge(base: JsonObject, over: JsonObject, rules = PLAIN): unknown {
  return plain(mergeOverlays(base, [{ at: [], value: over, path: 'over' }], rules));
}

/** The same with ordinary prototypes, which `toEqual` does not care for but `toStrictEqual` does. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

test('objects merge deeply and lists replace', () => {
  expect(merge({ a: { b: 1, c: [1, 2] } }, { a: { c: [3], d: 4 } })).toStrictEqual({
    a: { b: 1, c: [3], d: 4 },
  });
});

test.each(['ref', 'verify', 'secretRef', 'sourceRef', 'chart', 'chartRef', 'kubeConfig'])(
  '%s replaces what is inherited as a whole, at whatever depth',
  (field) => {
    expect(
      merge(
        { [field]: { a: 1 }, deep: { [field]: { a: 1 } } },
        { [field]: { b: 2 }, deep: { [field]: { b: 2 } } },
      ),
    ).toStrictEqual({ [field]: { b: 2 }, deep: { [field]: { b: 2 } } });
  },
);

test('inside values every name merges', () => {
  expect(
    merge(
      { values: { ref: { a: 1 }, sub: { chart: { a: 1 } } } },
      { values: { ref: { b: 2 }, sub: { chart: { b: 2 } } } },
    ),
  ).toStrictEqual({ values: { ref: { a: 1, b: 2 }, sub: { chart: { a: 1, b: 2 } } } });
});

test('a null replaces, as data', () => {
  expect(merge({ values: { a: { b: 1 } } }, { values: { a: null } })).toStrictEqual({ values: { a: null } });
});

test('an object replaces what was no object, and the other way round', () => {
  expect(merge({ a: 1, b: { c: 1 } }, { a: { c: 1 }, b: 'text' })).toStrictEqual({ a: { c: 1 }, b: 'text' });
});

test('naming a member of a union takes the other members away', () => {
  expect(merge({ chart: { a: 1 }, x: 1 }, { chartRef: { b: 2 } }, UNION)).toStrictEqual({
    chartRef: { b: 2 },
    x: 1,
  });
  expect(merge({ chartRef: { b: 2 } }, { chart: { a: 1 } }, UNION)).toStrictEqual({ chart: { a: 1 } });
  expect(merge({ chart: { a: 1 } }, { x: 1 }, UNION)).toStrictEqual({ chart: { a: 1 }, x: 1 });
});

test('an overlay can go below the root', () => {
  const overlays = [{ at: ['postBuild', 'substitute'], value: { A: '1' }, path: 'spec.variables' }];
  expect(plain(mergeOverlays({ postBuild: { substitute: { B: '2' } } }, overlays, PLAIN))).toStrictEqual({
    postBuild: { substitute: { A: '1', B: '2' } },
  });
});

test('keys of a prototype are data and reach no prototype', () => {
  const hostile = JSON.parse(
    '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}',
  ) as JsonObject;
  const merged = mergeOverlays(
    mergeOverlays({}, [{ at: [], value: hostile, path: '' }], PLAIN),
    [{ at: [], value: hostile, path: '' }],
    PLAIN,
  );
  expect(JSON.stringify(merged)).toBe(JSON.stringify(hostile));
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('the result shares nothing with what it was merged from', () => {
  const value = { list: [{ a: 1 }], deep: { b: 1 } };
  const merged = mergeOverlays({}, [{ at: [], value, path: '' }], PLAIN);
  (merged['deep'] as JsonObject)['b'] = 2;
  (merged['list'] as JsonObject[])[0] = {};
  expect(value).toEqual({ list: [{ a: 1 }], deep: { b: 1 } });
});
