import { deserialize, serialize } from 'node:v8';
import { expect, test } from '@jest/globals';
import { compile } from '../../../../src/core/compile/compile.ts';
import {
  type PortableObject,
  fromPortable,
  toPortable,
} from '../../../../src/core/compile/transfer/portable.ts';
import type { DesiredObject } from '../../../../src/core/objects/desired.ts';
import { goldenNames, readContext, readGolden } from '../../golden/golden.ts';
import { objectsOf } from '../../compiling.ts';

type Steps = (string | number)[];

function send(object: DesiredObject): DesiredObject {
  return fromPortable(deserialize(serialize(toPortable(object))) as PortableObject);
}

/** The steps to every part of a value, and to something that each of them lacks. */
function stepsIn(value: unknown, steps: Steps = []): Steps[] {
  const below =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) =>
          stepsIn(inner, [...steps, Array.isArray(value) ? Number(key) : key]),
        )
      : [];
  return [steps, [...steps, 'lacking'], [...steps, 7_000], [...steps, 'lacking', 0, 'more'], ...below];
}

function compiledObjects(name: string): readonly DesiredObject[] {
  const compiled = compile(readGolden(name), readContext(name));
  return compiled.ok ? compiled.desired.objects : [];
}

test.each(goldenNames().filter((name) => compiledObjects(name).length > 0))(
  'the objects of %s arrive as they were sent, with the origin of every field',
  (name) => {
    for (const object of compiledObjects(name)) {
      const { originOf, ...rest } = send(object);
      const { originOf: before, ...sent } = object;
      expect(JSON.stringify(rest)).toBe(JSON.stringify(sent));
      for (const steps of stepsIn(object.manifest['spec'])) expect(originOf(steps)).toBe(before(steps));
    }
  },
);

test('a key that means something to JavaScript arrives as the data that it is', () => {
  const values = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2, "\\ud800": "\\udfff"}') as object;
  const spec = {
    sources: [{ name: 'charts', helm: { url: 'https://example.com' } }],
    layers: [{ name: 'web', helmRelease: { chart: { spec: { chart: 'web' } }, values } }],
  };
  for (const object of objectsOf(spec))
    expect(JSON.stringify(send(object).manifest)).toBe(JSON.stringify(object.manifest));
});

test('the origins of a large spec take bounded space, and its outer fields keep theirs', () => {
  const data = (prefix: string): object =>
    Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`${prefix}${i}`, { deep: { deeper: i } }]));
  const spec = {
    sources: [{ name: 'charts', helm: { url: 'https://example.com' } }],
    defaults: { helmRelease: { timeout: '5m', values: data('a') } },
    layers: [{ name: 'web', helmRelease: { chart: { spec: { chart: 'web' } }, values: data('b') } }],
  };
  const [release] = objectsOf(spec).filter(({ ref }) => ref.kind === 'HelmRelease');
  if (release === undefined) throw new Error('there is no HelmRelease');
  expect(JSON.stringify(toPortable(release).origins).length).toBeLessThan(50_000);
  const { originOf } = send(release);
  for (const steps of [[], ['timeout'], ['interval'], ['chart', 'spec', 'chart'], ['values']])
    expect(originOf(steps)).toBe(release.originOf(steps));
});
