import type { DesiredObject } from '../../objects/desired.ts';
import { isObject } from '../../values/json.ts';
import { type SecretTarget, contestsTarget, targetOf } from '../../kinds/secret-target.ts';
import type { Breach } from '../model/finding.ts';
import type { LintRule } from '../model/input.ts';

/**
 * An ExternalSecret that makes the same Secret in several environments, by a `target.name` that they all have and a
 * namespace that they share. External Secrets lets one own it; those of the other environments fail, and what waits
 * for them waits for ever. Two items of the list that make the same Secret are refused by the compiler.
 */
export const sharedSecret: LintRule = {
  id: 'shared-secret',
  find: ({ desired }) => {
    const groups = new Map<string, { target: SecretTarget; objects: DesiredObject[] }>();
    for (const object of desired.objects) {
      const spec = object.manifest['spec'];
      if (object.ref.kind !== 'ExternalSecret' || !isObject(spec)) continue;
      const target = targetOf(spec, { name: object.ref.name, namespace: object.ref.namespace ?? '' });
      const key = `${object.path} ${target.key}`;
      const group = groups.get(key) ?? { target, objects: [] };
      group.objects.push(object);
      groups.set(key, group);
    }
    return [...groups.values()].flatMap(({ target, objects }) => judge(target, objects));
  },
};

function judge(target: SecretTarget, objects: readonly DesiredObject[]): Breach[] {
  const [first, ...others] = objects;
  if (first === undefined || others.length === 0 || !contestsTarget(target, target)) return [];
  const environments = objects
    .map(({ environment = '' }) => environment)
    .sort()
    .join(', ');
  const remedy = 'leave `target.name` out, or leave `namespace` out and give each environment one';
  const message = `makes ${target.display} in each of the environments ${environments}, and External Secrets lets only one of them own it: ${remedy}`;
  return [{ severity: 'error', path: first.originOf(['target', 'name']), message }];
}
