import { expect, test } from '@jest/globals';
import { checkIntegers } from '../../../../src/core/compile/check/integers.ts';
import { joinPath } from '../../../../src/core/values/path.ts';
import { SeededRandom } from '../../../harness/random.ts';
import { FLEET, objectsOf, problemsOf } from '../../compiling.ts';

function specWith(values: unknown): object {
  const helmRelease = { chart: { spec: { chart: 'web' } }, values };
  return {
    sources: [FLEET, { name: 'charts', helm: { url: 'https://charts.example.com' } }],
    layers: [{ name: 'web', source: 'charts', helmRelease }],
  };
}

const PATH = 'spec.layers[0].helmRelease.values';

/** Which fields of values, written as JSON, are refused because of their integers. */
function refused(values: string): string[] {
  const found: string[] = [];
  checkIntegers(JSON.parse(values), [], (_, steps) => found.push(joinPath('', steps)));
  return found;
}

test('an integer that may have lost digits is refused where it stands, with what to do', () => {
  const values = JSON.parse('{"ids":[1,9007199254740993],"one":{"-":-9223372036854775808}}') as unknown;
  const message =
    'is an integer beyond 9007199254740991, whose last digits may be lost: quote it, if text will do';
  expect(problemsOf(specWith(values))).toEqual([
    { rule: 'inexact', path: `${PATH}.ids[1]`, message },
    { rule: 'inexact', path: `${PATH}.one["-"]`, message },
  ]);
});

test.each(['9007199254740991', '-9007199254740991', '0', '1.5', '1e300', '9223372036854777856', '1e20'])(
  'the number %s goes through',
  (number) => {
    expect(refused(`{"a":${number}}`)).toEqual([]);
  },
);

test.each([
  '9007199254740992',
  '-9007199254740993',
  '10000000000000001',
  '9223372036854774784',
  '-9223372036854775808',
])('the integer %s is refused', (number) => {
  expect(refused(`{"a":${number}}`)).toEqual(['a']);
});

/** An integer of 64 bits, of any length. */
function makeInteger(random: SeededRandom): bigint {
  const bits =
    BigInt.asUintN(64, BigInt(Math.floor(random.next() * 2 ** 32)) << 32n) | BigInt(random.below(2 ** 32));
  return BigInt.asIntN(64, bits) >> BigInt(random.below(64));
}

test('each integer of 64 bits is either applied to the last digit or refused', () => {
  const random = new SeededRandom(12);
  const counts = { kept: 0, refused: 0 };
  for (let i = 0; i < 600; i++) {
    const written = String(makeInteger(random));
    const spec = specWith(JSON.parse(`{"id":${written}}`) as unknown);
    if (problemsOf(spec).some(({ path }) => path === `${PATH}.id`)) {
      counts.refused += 1;
      continue;
    }
    expect(JSON.stringify(objectsOf(spec).map(({ manifest }) => manifest))).toContain(`"id":${written}}`);
    counts.kept += 1;
  }
  expect(Math.min(counts.kept, counts.refused)).toBeGreaterThan(60);
});

test('they are found in every part of a blueprint', () => {
  const layers = [{ name: 'web', helmRelease: { values: { id: 2 ** 60 } } }];
  const spec = { ...specWith({}), environments: [{ name: 'one', layers }] };
  expect(problemsOf(spec).map(({ path }) => path)).toEqual([
    'spec.environments[0].layers[0].helmRelease.values.id',
  ]);
});
