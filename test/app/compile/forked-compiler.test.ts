import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import { ForkedCompiler } from '../../../src/app/compile/forked-compiler.ts';
import { compile } from '../../../src/core/compile/compile.ts';
import { type CompileContext, offlineContext } from '../../../src/core/compile/model/context.ts';
import type { CompileRequest } from '../../../src/operator/context/dependencies.ts';
import { CompileCache } from '../../../src/operator/memory/compile-cache.ts';
import type { ApartVerdict, CompiledApart } from '../../../src/operator/memory/handover.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { blueprintOf } from '../../core/compiling.ts';
import { SHAPES } from '../../core/compile/expense/shapes.ts';
import { goldenNames, readContext, readGolden } from '../../core/golden/golden.ts';
import { childrenOf } from '../../harness/operator/child-processes.ts';
import { ManualClock } from '../../harness/manual-clock.ts';
import { recordLog } from '../../harness/record-log.ts';
import { waitFor } from '../../harness/wait-for.ts';

let compiler: ForkedCompiler;

beforeAll(() => {
  compiler = new ForkedCompiler({ logger: recordLog(), clock: systemClock });
});

afterAll(() => {
  compiler.close();
});

async function compileApart(
  input: unknown,
  context: CompileContext = offlineContext(),
  by = compiler,
  namespace = 'flux-system',
): Promise<ApartVerdict> {
  const handover = await by.compile(requestOf(input, context, namespace));
  const verdict = handover.take();
  handover.finish();
  if (verdict === undefined) throw new Error('the verdict was taken before');
  return verdict;
}

function requestOf(
  input: unknown,
  context: CompileContext = offlineContext(),
  namespace = 'flux-system',
): CompileRequest {
  const read = (): Promise<Blueprint> => Promise.resolve(input as Blueprint);
  return { key: { namespace, name: 'demo' }, read, context };
}

async function compiledApart(input: unknown, context?: CompileContext): Promise<CompiledApart> {
  const verdict = await compileApart(input, context);
  if (verdict.kind === 'failed') throw new Error(verdict.why);
  return verdict.compiled;
}

test('every golden blueprint compiles apart to what it compiles to here, digests included', async () => {
  for (const name of goldenNames()) {
    const [blueprint, context] = [readGolden(name) as Blueprint, readContext(name)];
    const here = new CompileCache().record(blueprint, context, compile(blueprint, context));
    const apart = new CompileCache().record(blueprint, context, await compiledApart(blueprint, context));
    // Functions are told apart by what they answer: see `portable.test.ts`.
    expect(JSON.stringify(apart)).toBe(JSON.stringify(here));
    if (!here.ok || !apart.ok) continue;
    expect([...apart.digests]).toEqual([...here.digests]);
    expect(apart.digest).toBe(here.digest);
  }
});

test.each(Object.entries(SHAPES))('a hostile shape compiles apart or is refused: %s', async (_, shapeOf) => {
  const compiled = await compiledApart(blueprintOf(shapeOf()));
  process.stdout.write(
    `${compiled.ok ? `${compiled.objects.length} objects` : String(compiled.problems[0]?.message)}\n`,
  );
  const next = await compiledApart(readGolden('platform'));
  expect(next.ok).toBe(true);
});

test('what takes too long is refused, with what is heavy in it', async () => {
  const limits = { computedMs: 100, passedMs: 60_000 };
  const hasty = new ForkedCompiler({ logger: recordLog(), clock: systemClock, limits });
  const shape = SHAPES['a layer of 500 that depends on one of 500']?.();
  const verdict = await compileApart(blueprintOf(shape), offlineContext(), hasty);
  expect(verdict).toMatchObject({
    kind: 'compiled',
    compiled: {
      ok: false,
      problems: [{ rule: 'too-expensive' }],
    },
  });
  expect(JSON.stringify(verdict)).toMatch(
    /takes more than 0\.1 s of a processor; it has \d+ kB and 0 environments/,
  );
  hasty.close();
});

test('a process that somebody ends says nothing of the blueprint, which compiles when it is tried again', async () => {
  const shape = blueprintOf(SHAPES['a layer of 500 that depends on one of 500']?.());
  const others = new Set(childrenOf(process.pid));
  const victim = new ForkedCompiler({ logger: recordLog(), clock: systemClock });
  await compileApart(readGolden('platform'), offlineContext(), victim);
  const verdict = compileApart(shape, offlineContext(), victim);
  for (const pid of childrenOf(process.pid)) if (!others.has(pid)) process.kill(pid, 'SIGKILL');
  expect(await verdict).toEqual({ kind: 'failed', why: 'the compiler of large blueprints ended (stopped)' });
  expect((await compileApart(shape, offlineContext(), victim)).kind).toBe('compiled');
  victim.close();
});

test('namespaces take turns, however much one of them asks for', async () => {
  const order: string[] = [];
  const ask = async (namespace: string): Promise<void> => {
    await compileApart(readGolden('platform'), offlineContext(), compiler, namespace);
    order.push(namespace);
  };
  await Promise.all([...['a', 'a', 'a', 'a', 'b', 'c'].map(ask)]);
  expect(order.slice(0, 4).sort()).toEqual(['a', 'a', 'b', 'c']);
});

test('the objects of a blueprint come only when those before them are needed no more', async () => {
  const first = await compiler.compile(requestOf(readGolden('platform')));
  let reads = 0;
  const second = compiler.compile({
    ...requestOf(undefined),
    read: () => {
      reads++;
      return Promise.resolve(readGolden('smallest') as Blueprint);
    },
  });
  const refusal = await Promise.race([second, sleep(500).then(() => 'waiting')]);
  expect([refusal, reads]).toEqual(['waiting', 1]);
  expect(first.take()?.kind).toBe('compiled');
  const taken = await Promise.race([second, sleep(500).then(() => 'waiting')]);
  expect(taken).toBe('waiting');
  first.finish();
  expect((await second).take()?.kind).toBe('compiled');
  (await second).finish();
});

test('what is not taken for 45 seconds is dropped, and the next one has its turn', async () => {
  const clock = new ManualClock();
  const patient = new ForkedCompiler({ logger: recordLog(), clock });
  const first = await patient.compile(requestOf(readGolden('platform')));
  const second = patient.compile(requestOf(readGolden('smallest')));
  await waitFor('the time counts', () => clock.timers > 0);
  clock.advance(45_000);
  expect((await second).take()?.kind).toBe('compiled');
  expect(first.take()).toBeUndefined();
  patient.close();
});

test('what is applied for longer than 45 seconds stays, and the next one has its turn', async () => {
  const clock = new ManualClock();
  const patient = new ForkedCompiler({ logger: recordLog(), clock });
  const first = await patient.compile(requestOf(readGolden('platform')));
  let isOver = false;
  void first.over.then(() => (isOver = true));
  first.take();
  const second = patient.compile(requestOf(readGolden('smallest')));
  await waitFor('the time counts', () => clock.timers > 0);
  clock.advance(45_000);
  expect((await second).take()?.kind).toBe('compiled');
  expect(isOver).toBe(false);
  patient.close();
});

test.each([
  ['is gone', () => Promise.resolve(undefined), 'it is gone'],
  ['cannot be read', () => Promise.reject(new Error('no answer')), 'it could not be read: no answer'],
])('a blueprint that %s is not compiled, and says why', async (_, read, why) => {
  const handover = await compiler.compile({ ...requestOf(undefined), read });
  expect(handover.take()).toEqual({ kind: 'failed', why });
});
