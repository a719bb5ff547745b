import { displayName, splitApiVersion } from '../../api/object.ts';
import type { DesiredObject, DesiredState } from '../objects/desired.ts';
import { type BlueprintKey, toKey } from '../objects/ownership.ts';
import { type Problem, Problems } from '../validation/problem.ts';

/** A blueprint, and what it asks for. */
export interface CompiledBlueprint {
  key: BlueprintKey;
  desired: DesiredState;
}

/**
 * Checks blueprints that are to be in one cluster: an object belongs to one of them, and the operator refuses the
 * others. Namespaces are made by whoever comes first, and serve all.
 *
 * @returns for each blueprint what is wrong with it in the light of those before it, in the same order
 */
export function checkTogether(blueprints: readonly CompiledBlueprint[]): Problem[][] {
  const makers = new Map<string, { key: BlueprintKey; object: DesiredObject }>();
  const names = new Set<string>();
  return blueprints.map(({ key, desired }) => {
    const problems = new Problems();
    const name = toKey(key);
    if (names.has(name)) {
      const message = `FluxBlueprint ${name} stands in the input twice, and only one of them can be in a cluster: give it another name or namespace, or leave it out`;
      problems.add('same-blueprint', 'metadata.name', message);
      return problems.list();
    }
    names.add(name);
    for (const object of desired.objects) {
      const first = makers.get(object.id);
      if (isShared(object)) continue;
      if (first === undefined) makers.set(object.id, { key, object });
      else problems.add('same-object', object.path, describeSame(object, first.object, toKey(first.key)));
    }
    return problems.list();
  });
}

function isShared({ ref }: DesiredObject): boolean {
  return ref.kind === 'Namespace' && splitApiVersion(ref.apiVersion).group === '';
}

function describeSame({ title, ref }: DesiredObject, other: DesiredObject, blueprint: string): string {
  const isSource = splitApiVersion(ref.apiVersion).group === 'source.toolkit.fluxcd.io';
  const remedy = isSource
    ? 'name it by `sourceRef` in one of them, or give one of them an `objectName`'
    : 'give one of them an `objectName` or another namespace';
  return `${title} is ${displayName(ref)}, which FluxBlueprint ${blueprint} makes too, as ${other.title} (${other.path}): the operator leaves an object to the blueprint that made it first, and refuses the other; ${remedy}`;
}
