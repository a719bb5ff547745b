import type { Namespace } from '../../../api/schema/spec.ts';
import { namespaceKind } from '../../kinds/namespace.ts';
import type { Item } from '../model/item.ts';
import { emptyObject } from '../../values/json.ts';
import { itemPath } from '../../values/path.ts';

/** Drafts `spec.namespaces`. They are kept when the blueprint no longer names them, unless it says `Delete`. */
export function draftNamespaces(namespaces: readonly Namespace[]): Item[] {
  return namespaces.map(({ name, labels, annotations, deletionPolicy }, i) => {
    const path = itemPath('spec.namespaces', i);
    return {
      kind: namespaceKind,
      name,
      namespace: '',
      namespacePath: path,
      title: `namespaces/${name}`,
      path,
      specPath: path,
      locate: (at) => at,
      metadata: {
        ...(labels === undefined ? {} : { labels }),
        ...(annotations === undefined ? {} : { annotations }),
      },
      metadataPath: path,
      overlays: [],
      spec: emptyObject(),
      body: emptyObject(),
      keep: deletionPolicy !== 'Delete',
    };
  });
}
