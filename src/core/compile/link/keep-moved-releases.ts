import { helmRelease } from '../../kinds/helm-release.ts';
import { isSameKind } from '../../kinds/kind.ts';
import { own } from '../../values/json.ts';
import type { MovedRelease } from '../model/context.ts';
import { type ComponentItem, recordDerived } from '../model/item.ts';

/**
 * Gives each HelmRelease that took over the release of another one that release, where it names none itself. By Flux's
 * default it would be named anew, and what it deployed would be uninstalled.
 */
export function keepMovedReleases(
  components: readonly ComponentItem[],
  moved: ReadonlyMap<string, MovedRelease> = new Map(),
): void {
  if (moved.size === 0) return;
  for (const item of components) {
    const { kind, spec, name, namespace } = item;
    const release = moved.get(`${namespace}/${name}`);
    if (release === undefined || !isSameKind(kind, helmRelease) || kind.block !== 'helmRelease') continue;
    if (own(spec, 'releaseName') !== undefined || own(spec, 'storageNamespace') !== undefined) continue;
    item.movedRelease = `${release.storageNamespace}/${release.name}`;
    const write = (field: string, value: string): void => {
      recordDerived(item, { at: [field], path: item.path });
      spec[field] = value;
    };
    write('releaseName', release.name);
    if (namespace !== release.storageNamespace) write('storageNamespace', release.storageNamespace);
  }
}
