import { objectKey } from '../../../api/object.ts';
import type { SourceName, SourceUse } from '../../kinds/kind.ts';
import type { Problems } from '../../validation/problem.ts';
import { targetOf } from '../draft/index-sources.ts';
import { type ComponentItem, type SourceItem, recordDerived } from '../model/item.ts';
import { type SourceChoice, type Sources, checkFit, chooseSource } from './choose-source.ts';
import { writePath } from './write-path.ts';

/** Finds the source of each component of a scope, and writes the reference to it and the path into the spec. */
export function linkSources(
  components: readonly ComponentItem[],
  sources: Sources,
  problems: Problems,
): void {
  const { index, inPlace } = sources;
  const items = [...[...index.byName.values()].flatMap(({ item }) => item ?? []), ...inPlace.values()];
  const generated = new Map(items.map((item) => [keyOf(targetOf(item)), item]));
  for (const component of components) {
    const use = component.kind.source;
    if (use === undefined) continue;
    renameNativeReference(component, use, generated, sources.suffix);
    const choice = chooseSource(component, use, sources, problems);
    if (choice === undefined) continue;
    const item = choice.target.item ?? generated.get(keyOf(choice.target));
    component.source = item === undefined ? choice.target : { ...choice.target, item };
    item?.users.push(component);
    if (choice.native || writeReference(component, use, choice, problems)) {
      writePath(component, use, choice.native || inPlace.has(component), problems);
    }
  }
}

/** Adds the suffix to a native reference that names a source of the blueprint without it. */
function renameNativeReference(
  component: ComponentItem,
  use: SourceUse,
  generated: ReadonlyMap<string, SourceItem>,
  suffix: string,
): void {
  const ref = use.nativeReference(component.spec)?.ref;
  if (suffix === '' || typeof ref?.['name'] !== 'string' || typeof ref['kind'] !== 'string') return;
  const namespace = typeof ref['namespace'] === 'string' ? ref['namespace'] : component.namespace;
  const name = ref['name'] + suffix;
  if (generated.has(keyOf({ kind: ref['kind'], namespace, name }))) ref['name'] = name;
}

function writeReference(
  component: ComponentItem,
  use: SourceUse,
  choice: SourceChoice,
  problems: Problems,
): boolean {
  if (!checkFit(component, use, choice, problems)) return false;
  use.writeReference(component.spec, choice.target, component.namespace);
  const at = use.nativeReference(component.spec)?.at;
  if (at !== undefined) recordDerived(component, { at, path: choice.path });
  return true;
}

function keyOf({ kind, namespace, name }: SourceName): string {
  return objectKey(kind, namespace, name);
}
