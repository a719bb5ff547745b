import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { originOf } from '../../kinds/overlay.ts';
import type { Problems } from '../../validation/problem.ts';
import { emptyObject, isObject, own } from '../../values/json.ts';
import { compare } from '../../values/path.ts';
import { type ComponentItem, type Need, recordDerivedEntries, writtenBlock } from '../model/item.ts';
import type { ComponentNames } from './component-names.ts';

/** Whether Flux itself orders two components: its `dependsOn` names objects of the same kind only. */
export function isNative(from: ComponentItem, to: ComponentItem): boolean {
  return from.kind === to.kind && from.kind.source !== undefined;
}

/**
 * What is named in Flux's own `dependsOn` in a spec, where its entries name objects of this scope with or without
 * `suffix`. Such entries get the name that the object has here. Refuses a block with `dependsOn` beside one of the
 * component.
 */
export function readNativeNeeds(
  component: ComponentItem,
  names: ComponentNames,
  suffix: string,
  problems: Problems,
): Need[] {
  const { component: written } = component.written;
  const block = writtenBlock(component);
  if (written.dependsOn !== undefined && block !== undefined && own(block, 'dependsOn') !== undefined) {
    problems.add(
      'both-forms',
      `${component.specPath}.dependsOn`,
      'stands beside `dependsOn` of the component: keep one of the two',
    );
  }
  return entriesOf(component).flatMap((entry, i) => {
    const { name } = entry;
    if (typeof name !== 'string') return [];
    const find = (object: string): ComponentItem | undefined =>
      names.findObject(component.kind.kind, namespaceOf(entry, component), object);
    const to = find(name) ?? find(name + suffix);
    if (to === undefined) return [];
    entry['name'] = to.name;
    return [{ to: [to], explicit: true, path: originOfEntry(component, i) }];
  });
}

/** Writes the native edges of a component beside the entries of its own `dependsOn`, each object once, sorted. */
export function writeNativeEdges(component: ComponentItem): void {
  const entries = new Map<string, { entry: JsonObject; path: string; moved: boolean }>();
  entriesOf(component).forEach((entry, i) => {
    const { name } = entry;
    const key = `${namespaceOf(entry, component)}/${typeof name === 'string' ? name : ''}`;
    entries.set(key, { entry, path: originOfEntry(component, i), moved: true });
  });
  for (const { to, path } of component.edges) {
    const key = `${to.namespace}/${to.name}`;
    if (!isNative(component, to) || entries.has(key)) continue;
    const entry = emptyObject();
    entry['name'] = to.name;
    if (to.namespace !== component.namespace) entry['namespace'] = to.namespace;
    entries.set(key, { entry, path, moved: false });
  }
  if (entries.size === 0) return;
  const sorted = [...entries].sort(([a], [b]) => compare(a, b)).map(([, written]) => written);
  component.spec['dependsOn'] = sorted.map(({ entry }) => entry);
  recordDerivedEntries(
    component,
    'dependsOn',
    sorted.map(({ path, moved }) => ({ path, moved })),
  );
}

function entriesOf(component: ComponentItem): JsonObject[] {
  // Only kinds that fetch from a source have Flux's `dependsOn`; for others a field of that name means something else.
  const list = component.kind.source === undefined ? undefined : own(component.spec, 'dependsOn');
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function namespaceOf({ namespace }: JsonObject, component: ComponentItem): string {
  return typeof namespace === 'string' ? namespace : component.namespace;
}

function originOfEntry(component: ComponentItem, index: number): string {
  return originOf(component.overlays, ['dependsOn', index], component.specPath);
}
