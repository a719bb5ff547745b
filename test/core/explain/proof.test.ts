import { expect, test } from '@jest/globals';
import type { Json } from '../../../src/api/object.ts';
import type { Assembled } from '../../../src/core/compile/assemble.ts';
import { compile, compileWithItems } from '../../../src/core/compile/compile.ts';
import { type CompileContext, offlineContext } from '../../../src/core/compile/model/context.ts';
import type { DesiredObject } from '../../../src/core/objects/desired.ts';
import type { Cause, FieldOrigin } from '../../../src/core/explain/cause.ts';
import { explainObject } from '../../../src/core/explain/explain.ts';
import { suspensionAt } from '../../../src/core/plan/suspension.ts';
import type { Spec } from '../../../src/api/schema/spec.ts';
import { valueAt } from '../../../src/core/values/json.ts';
import { type Steps, joinPath, splitPath } from '../../../src/core/values/path.ts';
import { SeededRandom } from '../../harness/random.ts';
import { goldenNames, readContext, readGolden } from '../golden/golden.ts';
import { Pool, changeLine } from './change-line.ts';

/** A golden blueprint, and what is known beside it. */
interface Golden {
  blueprint: Json;
  context: CompileContext;
}

/** One field of what a golden blueprint becomes, and where explain says that it comes from. */
interface Claim {
  golden: string;
  object: DesiredObject;
  field: FieldOrigin;
}

const goldens = new Map(
  goldenNames().map((name) => [name, { blueprint: readGolden(name) as Json, context: readContext(name) }]),
);
const pool = new Pool();
for (const { blueprint } of goldens.values()) pool.add(blueprint);

function assembledOf({ blueprint, context }: Golden): readonly Assembled[] {
  const compiled = compileWithItems(blueprint, context);
  return compiled.ok ? compiled.assembled : [];
}

const claims: Claim[] = [...goldens].flatMap(([golden, known]) => {
  const all = assembledOf(known);
  return all.flatMap((assembled) =>
    explainObject(known.blueprint, assembled, all).fields.map((field) => ({
      golden,
      object: assembled.object,
      field,
    })),
  );
});

function name({ golden, object, field }: Claim): string {
  return `${golden} ${object.title} ${joinPath('', field.steps)}`;
}

/** Whether a change of what is at a path changes the field, in some way that is not refused. */
function decides(claim: Claim, path: string): boolean {
  const { golden, object, field } = claim;
  const { blueprint = null, context = offlineContext() } = goldens.get(golden) ?? {};
  const count = assembledOf({ blueprint, context }).length;
  for (const changed of changeLine(blueprint, splitPath(path), pool)) {
    const compiled = compile(changed, contextOf(changed, context));
    if (!compiled.ok) continue;
    const now = findAgain(compiled.desired.objects, object, count);
    if (hasChanged(now, field, object)) return true;
  }
  return false;
}

/** Whether a field is another one; an entry of a list of references, whether it is gone from the list. */
function hasChanged(
  now: DesiredObject | undefined,
  { steps, value }: FieldOrigin,
  before: DesiredObject,
): boolean {
  const print = (found: unknown): string => (found === undefined ? 'none' : JSON.stringify(found));
  const text = (manifest: unknown, at: Steps): string => print(valueAt(manifest, at));
  if (now === undefined) return true;
  const [, list, index] = steps;
  if (steps.length !== 4 || typeof list !== 'string' || typeof index !== 'number')
    return text(now.manifest, steps) !== print(value);
  const entries = valueAt(now.manifest, ['spec', list]);
  const entry = text(before.manifest, steps.slice(0, 3));
  return !Array.isArray(entries) || !entries.some((one) => JSON.stringify(one) === entry);
}

/** What the operator knows beside the blueprint: whether a suspension is in force follows from the blueprint. */
function contextOf(changed: Json, context: CompileContext): CompileContext {
  if (context.suspendGenerated !== true) return context;
  return { ...context, suspendGenerated: suspensionAt((changed as { spec: Spec }).spec, 0).generated };
}

/** The object of the same item, unless that is gone: its name or kind may be another one. */
function findAgain(
  objects: readonly DesiredObject[],
  { id, path, environment, ref }: DesiredObject,
  count: number,
): DesiredObject | undefined {
  const isSource = (kind: string): boolean => /Repository|Bucket/.test(kind);
  return (
    objects.find((one) => one.id === id) ??
    objects.find(
      (one) =>
        one.path === path &&
        one.environment === environment &&
        one.ref.name === ref.name &&
        isSource(one.ref.kind) === isSource(ref.kind),
    ) ??
    (objects.length === count ? objects : []).find(
      (one) =>
        one.path === path && one.environment === environment && isSource(one.ref.kind) === isSource(ref.kind),
    )
  );
}

function linesOf({ field }: Claim): string[] {
  return field.causes.filter(({ by }) => by === 'blueprint').flatMap(({ path }: Cause) => path ?? []);
}

/** A HelmRepository of a registry may have no other type beside its other fields: each change is refused. */
const UNPROVED = /\.helm\.type$/;

/** As many claims as are looked at: all of them take a minute. */
const SAMPLE = Number(process.env['EXPLAIN_SAMPLE'] ?? 500);

test(`of ${SAMPLE} fields of all golden blueprints, each line that is named decides the field`, () => {
  expect(claims.length).toBeGreaterThan(1000);
  const sample = new SeededRandom(7).shuffle(claims).slice(0, SAMPLE);
  const wrong = sample.flatMap((claim) =>
    linesOf(claim)
      .filter((path) => !UNPROVED.test(path) && !decides(claim, path))
      .map((path) => `${name(claim)} = ${JSON.stringify(claim.field.value)} is not from ${path}`),
  );
  expect(wrong).toEqual([]);
});
