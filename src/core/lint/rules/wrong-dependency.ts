import { objectKey } from '../../../api/object.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import { isObject, own } from '../../values/json.ts';
import type { LintRule } from '../model/input.ts';
import { specList } from '../model/spec-field.ts';

/** The kinds that have Flux's `dependsOn`, each with the other one. */
const OTHER: Readonly<Partial<Record<string, string>>> = {
  Kustomization: 'HelmRelease',
  HelmRelease: 'Kustomization',
};

/**
 * Flux's own `dependsOn` on a name that only an object of the other kind has in this blueprint. Flux looks for one of
 * the same kind, and waits for ever unless somebody else makes it.
 */
export const wrongDependency: LintRule = {
  id: 'wrong-dependency',
  find: ({ desired }, report) => {
    const byKey = new Map(desired.objects.map((object) => [keyOf(object.ref.kind, object.ref), object]));
    for (const object of desired.objects) {
      const { kind, namespace = '' } = object.ref;
      const other = OTHER[kind];
      if (other === undefined) continue;
      specList(object, 'dependsOn').forEach((entry, i) => {
        const name = isObject(entry) ? own(entry, 'name') : undefined;
        if (!isObject(entry) || typeof name !== 'string') return;
        const written = own(entry, 'namespace');
        const target = { namespace: typeof written === 'string' ? written : namespace, name };
        const meant = byKey.get(keyOf(other, target));
        if (meant === undefined || byKey.has(keyOf(kind, target))) return;
        report({
          severity: 'error',
          path: object.originOf(['dependsOn', i, 'name']),
          message: `waits for a ${kind} of this name, and here it is a ${other} (${meant.title}), which Flux cannot wait for: write \`dependsOn: [${meant.title}]\` beside the block instead`,
        });
      });
    }
  },
};

function keyOf(
  kind: string,
  { namespace = '', name }: Pick<DesiredObject['ref'], 'namespace' | 'name'>,
): string {
  return objectKey(kind, namespace, name);
}
