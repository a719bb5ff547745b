import type { DesiredObject } from '../../objects/desired.ts';
import { isObject } from '../../values/json.ts';
import { type SecretTarget, contestsTarget, secretTargetOf } from '../../kinds/external-secret.ts';
import type { Breach } from '../model/finding.ts';
import type { LintRule } from '../model/input.ts';

/**
 * An ExternalSecret that makes the same Secret in several environments, because they share its `target.name` and its
 * namespace. External Secrets lets only one of them own the Secret. The others fail, and what depends on them waits for
 * ever. (The compiler itself refuses two items of the list that make the same Secret.)
 */
export const sharedSecret: LintRule = {
  id: 'shared-secret',
  find: ({ desired }, report) => {
    const groups = new Map<string, { target: SecretTarget; objects: DesiredObject[] }>();
    for (const object of desired.objects) {
      const spec = object.manifest['spec'];
      if (object.ref.kind !== 'ExternalSecret' || !isObject(spec)) continue;
      const target = secretTargetOf(spec, { name: object.ref.name, namespace: object.ref.namespace ?? '' });
      const key = `${object.path} ${target.key}`;
      const group = groups.get(key) ?? { target, objects: [] };
      group.objects.push(object);
      groups.set(key, group);
    }
    for (const { target, objects } of groups.values()) checkSharing(target, objects).forEach(report);
  },
};

function checkSharing(target: SecretTarget, objects: readonly DesiredObject[]): Breach[] {
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
