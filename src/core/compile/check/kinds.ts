import { splitApiVersion } from '../../../api/object.ts';
import { GENERATED_KINDS } from '../../kinds/index.ts';
import type { Problems } from '../../validation/problem.ts';
import { itemPath } from '../../values/path.ts';
import type { ComponentItem, Item } from '../model/item.ts';

/** The kinds that cost nothing more, because they are watched for every blueprint. */
const FREE: ReadonlySet<string> = new Set(GENERATED_KINDS.map(({ group, kind }) => `${group}/${kind}`));

/**
 * Refuses more than `most` kinds beside those of {@link GENERATED_KINDS}: the operator asks the cluster for each of
 * them, and watches it. The problem stands where the first one beyond is named.
 */
export function checkKinds(items: readonly Item[], most: number, problems: Problems): void {
  const kinds = new Set<string>();
  let beyond: { item: Item; path: string } | undefined;
  for (const item of items) {
    for (const { name, path } of kindsOf(item)) {
      if (FREE.has(name)) continue;
      kinds.add(name);
      if (kinds.size > most) beyond ??= { item, path };
    }
  }
  if (beyond === undefined) return;
  problems
    .within(beyond.item)
    .add(
      'too-many',
      beyond.path,
      `the blueprint names ${kinds.size} kinds in \`object\`s and \`dependsOnObjects\` that no block generates; ${most} are allowed: split it into several`,
    );
}

/** The kinds that an item names, each with its path. */
function kindsOf(item: Item): { name: string; path: string }[] {
  const { group, kind } = item.kind;
  const own = { name: `${group}/${kind}`, path: item.path };
  const external = 'external' in item ? (item as ComponentItem).external : [];
  const others = external.map(({ apiVersion, kind: other }, i) => ({
    name: `${splitApiVersion(apiVersion).group}/${other}`,
    path: itemPath(`${item.path}.dependsOnObjects`, i),
  }));
  // The core group is always served: namespaces and ConfigMaps of the blueprint itself.
  return group === '' ? others : [own, ...others];
}
