import { expect, test } from '@jest/globals';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import { compile } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import { BlueprintMemories } from '../../../src/operator/memory/blueprint-memories.ts';
import type { BlueprintMemory } from '../../../src/operator/memory/blueprint-memory.ts';
import { FLEET, blueprintOf } from '../../core/compiling.ts';

const context = offlineContext();

/** A blueprint in two environments that compiles to about two megabytes. */
function large(path: string): Blueprint {
  const substitute = Object.fromEntries([0, 1, 2, 3].map((i) => [`V${i}`, 'x'.repeat(50_000)]));
  const layers = [
    {
      name: 'apps',
      components: ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, kustomization: { path } })),
    },
  ];
  const environments = ['staging', 'production'].map((name) => ({ name }));
  return blueprintOf({ sources: [FLEET], variables: { substitute }, layers, environments }) as Blueprint;
}

function compileIn(memory: BlueprintMemory, blueprint: Blueprint): void {
  memory.compiled.record(blueprint, context, compile(blueprint, context));
}

/** Has other blueprints take all that is kept. */
function crowdOut(memories: BlueprintMemories): void {
  for (let i = 0; i < 10; i++) {
    const memory = memories.of(`other/${i}`);
    compileIn(memory, large('a'));
    memories.use(memory);
  }
}

test('what a blueprint compiled to is released when others need the room, and compiled again when it is needed', () => {
  const memories = new BlueprintMemories();
  const [memory, blueprint] = [memories.of('one/a'), large('a')];
  compileIn(memory, blueprint);
  memories.use(memory);
  expect(memory.bytes).toBeGreaterThan(1_900_000);
  expect(memory.compiled.recall(blueprint, context)).toBeDefined();
  crowdOut(memories);
  expect(memory.compiled.recall(blueprint, context)).toBeUndefined();
  expect(memory.bytes).toBe(0);
});

test('the problems of a refused blueprint count, and are released', () => {
  const memories = new BlueprintMemories();
  const memory = memories.of('one/a');
  const layers = Array.from({ length: 100 }, (_, i) => ({ name: `layer-${i}`, dependsOn: [`nothing-${i}`] }));
  compileIn(memory, blueprintOf({ sources: [FLEET], layers }) as Blueprint);
  memories.use(memory);
  expect(memory.bytes).toBeGreaterThan(10_000);
  crowdOut(memories);
  expect(memory.bytes).toBe(0);
});

test('of objects that were read, outlines stay when others need the room', () => {
  const memories = new BlueprintMemories();
  const memory = memories.of('one/a');
  const metadata = { name: 'settings', namespace: 'one', uid: '1' };
  const live = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { text: 'x'.repeat(20_000) } };
  memory.objects.recordSeen('settings', { live, theirs: false, at: 5 });
  memories.use(memory);
  expect(memory.bytes).toBeGreaterThan(20_000);
  crowdOut(memories);
  expect(memory.bytes).toBeLessThan(1_000);
  expect(memory.objects.seen('settings')).toMatchObject({ live: { metadata }, theirs: false, at: 5 });
});
