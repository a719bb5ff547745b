import { expect, test } from '@jest/globals';
import { compileIfCheap } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import type { DesiredObject } from '../../../src/core/objects/desired.ts';
import { CompileCache } from '../../../src/operator/memory/compile-cache.ts';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import { type Genome, buildSpec, mutateGenome } from '../../fuzz/genome.ts';
import { BASES } from '../../fuzz/bases.ts';
import { SeededRandom } from '../../harness/random.ts';
import { blueprintOf } from '../compiling.ts';

const GIT = { name: 'fleet', git: { url: 'https://example.com/fleet.git' } };
const context = offlineContext();

/** A cache that has compiled a spec, and which objects it was asked about and knew. */
function rememberSpec(spec: unknown): { isKnown: (object: DesiredObject) => boolean; known: string[] } {
  const cache = new CompileCache();
  const blueprint = blueprintOf(spec) as Blueprint;
  const compiled = compileIfCheap(blueprint, context);
  if (compiled !== undefined) cache.record(blueprint, context, compiled);
  const known: string[] = [];
  const isKnown = (object: DesiredObject): boolean => {
    const answer = cache.isKnown(object);
    if (answer) known.push(object.ref.name);
    return answer;
  };
  return { isKnown, known };
}

test('what was compiled before is known, and what has changed is checked', () => {
  const specOf = (interval: string) => ({
    sources: [GIT],
    layers: ['one', 'two'].map((name) => ({
      name,
      kustomization: name === 'two' ? { interval, retryInterval: '1m' } : {},
    })),
  });
  const { isKnown, known } = rememberSpec(specOf('10m'));
  expect(compileIfCheap(blueprintOf(specOf('20m')), context, isKnown)).toMatchObject({ ok: true });
  expect(known.sort()).toEqual(['fleet', 'one']);
  const wrong = compileIfCheap(
    blueprintOf({ ...specOf('20m'), layers: [{ name: 'one', kustomization: { paht: './x' } }] }),
    context,
    isKnown,
  );
  expect(wrong).toMatchObject({ ok: false, problems: [{ rule: 'unknown-field' }] });
});

test('with what another blueprint compiled to, any blueprint compiles to the same or is refused alike', () => {
  const random = new SeededRandom(20261130);
  let alike = 0;
  for (let i = 0; i < 60; i++) {
    let genome: Genome = { base: i % BASES.length, genes: [{ kind: 'add', at: i, with: i, count: 1 }] };
    for (let step = 0; step < 4; step++) {
      const { isKnown, known } = rememberSpec(buildSpec(genome));
      genome = mutateGenome(genome, random);
      if (genome.genes.length === 0) break;
      const spec = buildSpec(genome);
      if (spec === undefined) break;
      const plain = compileIfCheap(blueprintOf(spec), context);
      expect(describe(compileIfCheap(blueprintOf(spec), context, isKnown))).toEqual(describe(plain));
      alike += known.length;
    }
  }
  expect(alike).toBeGreaterThan(100);
});

/** A result without the functions that answer where a field comes from. */
function describe(compiled: ReturnType<typeof compileIfCheap>): unknown {
  return JSON.parse(JSON.stringify(compiled ?? null)) as unknown;
}
