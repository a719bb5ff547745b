import { expect, test } from '@jest/globals';
import type { ComponentState } from '../../../src/api/schema/status.ts';
import type { DesiredObject } from '../../../src/core/objects/desired.ts';
import type { Health } from '../../../src/core/health/health.ts';
import { type ObjectReport, reportObjects } from '../../../src/core/status/object-report.ts';
import { desiredObject, idOf } from '../live.ts';

function report(objects: DesiredObject[], states: Record<string, ComponentState | Health>): ObjectReport {
  const health = Object.entries(states).map(
    ([name, state]) => [idOf(name), typeof state === 'string' ? { state } : state] as const,
  );
  return reportObjects({ objects, environments: [] }, new Map(health));
}

/** Objects that each depend on the one before. */
function chain(...names: string[]): DesiredObject[] {
  return names.map((name, i) =>
    desiredObject(name, { wave: i + 1, dependsOn: names.slice(Math.max(0, i - 1), i).map(idOf) }),
  );
}

test('objects are counted by state, and what is not known is pending', () => {
  const objects = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => desiredObject(name));
  const { summary, settled } = report(objects, {
    a: 'Ready',
    b: 'Progressing',
    c: 'Blocked',
    d: 'Failed',
    e: 'Suspended',
  });
  expect(summary).toEqual({
    components: '1/6',
    ready: 1,
    progressing: 2,
    blocked: 1,
    failed: 1,
    suspended: 1,
    total: 6,
  });
  expect(settled).toBe(false);
});

test('all is settled when everything is ready or suspended, and then nothing is to blame', () => {
  const { settled, cause, components } = report(chain('a', 'b'), { a: 'Ready', b: 'Suspended' });
  expect([settled, cause]).toEqual([true, undefined]);
  expect(components.map(({ name, state }) => [name, state])).toEqual([['b', 'Suspended']]);
});

test('no objects are settled', () => {
  expect(report([], {})).toMatchObject({
    settled: true,
    summary: { components: '0/0', total: 0 },
    layers: [],
  });
});

test('causes come before what waits for them: failed, under way, pending, blocked, suspended', () => {
  const objects = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => desiredObject(name));
  const { components, cause } = report(objects, {
    a: 'Suspended',
    b: 'Blocked',
    c: 'Pending',
    d: 'Progressing',
    e: 'Failed',
    f: 'Failed',
  });
  expect(components.map(({ name }) => name)).toEqual(['e', 'f', 'd', 'c', 'b', 'a']);
  expect(cause?.name).toBe('e');
});

test('what is blocked names the root cause and not what is blocked between', () => {
  const { components } = report(chain('root', 'middle', 'leaf'), {
    root: { state: 'Failed', message: 'no such path' },
    middle: 'Blocked',
    leaf: 'Blocked',
  });
  expect(components.map(({ name, blockedBy }) => [name, blockedBy])).toEqual([
    ['root', undefined],
    ['leaf', ['Kustomization/flux-system/root']],
    ['middle', ['Kustomization/flux-system/root']],
  ]);
});

test('several root causes are each named once, sorted', () => {
  const objects = [
    desiredObject('z'),
    desiredObject('a'),
    desiredObject('left', { wave: 2, dependsOn: [idOf('z'), idOf('a')] }),
    desiredObject('right', { wave: 2, dependsOn: [idOf('z')] }),
    desiredObject('leaf', { wave: 3, dependsOn: [idOf('right'), idOf('left')] }),
  ];
  const { components } = report(objects, {
    z: 'Failed',
    a: 'Progressing',
    left: 'Blocked',
    right: 'Blocked',
    leaf: 'Blocked',
  });
  expect(components.find(({ name }) => name === 'leaf')?.blockedBy).toEqual([
    'Kustomization/flux-system/a',
    'Kustomization/flux-system/z',
  ]);
});

test('what is settled blocks nothing', () => {
  const { components } = report(chain('suspended', 'leaf'), { suspended: 'Suspended', leaf: 'Blocked' });
  expect(components.find(({ name }) => name === 'leaf')).not.toHaveProperty('blockedBy');
});

test('layers stand in the order of their waves, then by name, each with its worst state', () => {
  const objects = [
    desiredObject('web', { wave: 2, layer: 'apps' }),
    desiredObject('job', { wave: 3, layer: 'apps' }),
    desiredObject('b', { wave: 1, layer: 'base' }),
    desiredObject('a', { wave: 1, layer: 'another' }),
    desiredObject('shared', { wave: 0, layer: undefined }),
  ];
  expect(report(objects, { web: 'Ready', job: 'Blocked', b: 'Ready', a: 'Suspended' }).layers).toEqual([
    { name: 'another', state: 'Suspended', ready: 0, total: 1 },
    { name: 'base', state: 'Ready', ready: 1, total: 1 },
    { name: 'apps', state: 'Blocked', ready: 1, total: 2 },
  ]);
});

test('at most a hundred components are named, and twenty causes of each', () => {
  const roots = Array.from({ length: 120 }, (_, i) => desiredObject(`root-${i}`));
  const leaf = desiredObject('leaf', { wave: 2, dependsOn: roots.map(({ id }) => id) });
  const { components, summary } = report([...roots, leaf], { leaf: 'Blocked' });
  expect(components).toHaveLength(100);
  expect(summary.total).toBe(121);
  const failed = Object.fromEntries(roots.slice(0, 30).map(({ ref }) => [ref.name, 'Failed' as const]));
  const few = report([...roots.slice(0, 30), leaf], { ...failed, leaf: 'Blocked' });
  expect(few.components.at(-1)?.blockedBy).toHaveLength(20);
});

test('words of Flux are cut to what the status takes, between characters', () => {
  const health = { state: 'Failed' as const, message: 'x'.repeat(1023) + '😀', revision: 'r'.repeat(600) };
  const [component] = report([desiredObject('a')], { a: health }).components;
  expect(component?.revision).toHaveLength(512);
  expect(component?.message).toHaveLength(1023);
  expect(component?.message?.isWellFormed()).toBe(true);
});
