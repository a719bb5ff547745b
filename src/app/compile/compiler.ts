/**
 * The program of the process that compiles large blueprints. It reads one, compiles it when it is asked to, and answers
 * what that gave some objects at a time. `forked-compiler.ts` starts it.
 */
import { deserialize } from 'node:v8';
import { compile } from '../../core/compile/compile.ts';
import type { Block } from '../../core/compile/expense/expense.ts';
import { weighBlueprint } from '../../core/compile/expense/weigh-blueprint.ts';
import type { CompileContext } from '../../core/compile/model/context.ts';
import { type PortableObject, toPortable } from '../../core/compile/transfer/portable.ts';
import type { DesiredObject, DesiredState } from '../../core/objects/desired.ts';
import type { Problem } from '../../core/validation/problem.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import { digestManifest } from '../../operator/memory/digests.ts';
import { answerParent } from '../isolation/answer-parent.ts';

/** What was compiled, without the objects. */
export type Outline =
  | { ok: true; count: number; environments: DesiredState['environments'] }
  | { ok: false; problems: Problem[] };

/** Some of the objects, in their order. */
export type Batch = readonly { object: PortableObject; digest: string }[];

/** How much of manifests is answered at once, in characters of JSON, unless one alone has more. */
const BATCH_LENGTH = 64_000;

let read: [blueprint: unknown, context: CompileContext] | undefined;
let left: DesiredObject[] = [];

answerParent((question) => {
  if (question === 'compile') return compileRead();
  return question === 'next' ? nextBatch() : readBlueprint(question as Uint8Array);
});

/** Reads a blueprint, and answers what is heavy in it, for messages; undefined where it is wrong. */
function readBlueprint(bytes: Uint8Array): Block | undefined {
  left = [];
  read = deserialize(bytes) as typeof read;
  try {
    return weighBlueprint((read?.[0] as Blueprint).spec).largest();
  } catch {
    return undefined;
  }
}

function compileRead(): Outline {
  if (read === undefined) throw new Error('no blueprint was read');
  const compiled = compile(...read);
  read = undefined;
  if (!compiled.ok) return compiled;
  left = [...compiled.desired.objects].reverse();
  return { ok: true, count: left.length, environments: compiled.desired.environments };
}

function nextBatch(): Batch {
  const batch: Batch[number][] = [];
  for (let sum = 0, object = left.pop(); object !== undefined; object = left.pop()) {
    const { digest, length } = digestManifest(object.manifest);
    batch.push({ object: toPortable(object), digest });
    sum += length;
    if (sum >= BATCH_LENGTH) break;
  }
  return batch;
}
