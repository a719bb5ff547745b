import { type KubeObject, objectId, refOf } from '../../api/object.ts';
import { compile } from '../compile/compile.ts';
import { offlineContext } from '../compile/model/context.ts';
import type { DesiredObject } from '../objects/desired.ts';

/**
 * What of a blueprint asks for an object; undefined where the blueprint as it is now does not ask for it, or does not
 * compile.
 */
export function findDesired(blueprint: KubeObject, made: KubeObject): DesiredObject | undefined {
  const compiled = compile(blueprint, offlineContext());
  if (!compiled.ok) return undefined;
  const id = objectId(refOf(made));
  return compiled.desired.objects.find((object) => object.id === id);
}

/**
 * Says which part of a blueprint asks for an object: `apps/web, spec.layers[1].components[0]`.
 *
 * @param where names the place of a path for people
 */
export function describeDesired(desired: DesiredObject | undefined, where: (path: string) => string): string {
  return desired === undefined ? 'it does not ask for it now' : `as ${desired.title}, ${where(desired.path)}`;
}
