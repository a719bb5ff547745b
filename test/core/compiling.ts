import { type Compiled, compile } from '../../src/core/compile/compile.ts';
import { type CompileContext, offlineContext } from '../../src/core/compile/model/context.ts';
import type { DesiredObject } from '../../src/core/objects/desired.ts';
import type { Problem } from '../../src/core/validation/problem.ts';

/** A source that every Kustomization can take. */
export const FLEET = { name: 'fleet', git: { url: 'https://example.com/fleet.git' } };

/** A blueprint with this spec. */
export function blueprintOf(spec: unknown): unknown {
  return {
    apiVersion: 'fluxblueprint.io/v1beta1',
    kind: 'FluxBlueprint',
    metadata: { name: 'demo', namespace: 'flux-system' },
    spec,
  };
}

/** What a spec asks for; throws when it is refused. */
export function objectsOf(
  spec: unknown,
  context: CompileContext = offlineContext(),
): readonly DesiredObject[] {
  const compiled = compile(blueprintOf(spec), context);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.desired.objects;
}

/** Why a spec is refused; none when it is not. */
export function problemsOf(spec: unknown, context: CompileContext = offlineContext()): Problem[] {
  const compiled: Compiled = compile(blueprintOf(spec), context);
  return compiled.ok ? [] : compiled.problems;
}

/** The object of this title; throws when there is none. */
export function titled(objects: readonly DesiredObject[], title: string): DesiredObject {
  const found = objects.find((object) => object.title === title);
  if (found === undefined) throw new Error(`nothing is titled ${title}`);
  return found;
}
