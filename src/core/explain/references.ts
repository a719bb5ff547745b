import type { ComponentItem, Item } from '../compile/model/item.ts';
import { isObject, valueAt } from '../values/json.ts';
import { type Steps, splitPath } from '../values/path.ts';
import type { Cause } from './cause.ts';
import { describeKind } from './kind-origin.ts';
import { isWritten, writtenAt } from './levels.ts';
import type { Subject } from './naming.ts';

/**
 * What a field follows from beside what asked for it: the name of the object that a reference leads to, with the suffix
 * of its environment; for a path, the names that it is made of.
 *
 * @param steps in the spec
 * @param asked what asked for the field, and whether it is not the value itself that stands there
 */
export function followName(
  subject: Subject,
  steps: Steps,
  { path, isAsked }: { path: string | undefined; isAsked: boolean },
): Cause[] {
  const { blueprint, assembled } = subject;
  const { item } = assembled;
  const value = valueAt(item.spec, steps);
  if (typeof value !== 'string') return [];
  if (isWhole(blueprint, path, { steps, value, isAsked })) return [];
  if (steps.length === 1 && steps[0] === 'path') return followPath(subject);
  if (steps.length === 1 && steps[0] === 'releaseName') return subject.naming.causesOf(item).slice(0, 1);
  const target = findTarget(subject, steps);
  const causes = target === undefined ? followExisting(subject, steps) : followTarget(subject, target, steps);
  return causes.filter((cause) => cause.path !== path);
}

/**
 * Whether a field refers to a source that stands in place, by a name that it has from the component and not from the
 * block that asks for it.
 */
export function isNamedInPlace({ item }: Subject['assembled'], steps: Steps, path: string): boolean {
  const source = (item as Partial<ComponentItem>).source?.item;
  const isName = steps.at(-1) === 'name' || steps.at(-1) === 'namespace';
  return isName && source?.path === item.path && source.locate(source.specPath) === path;
}

/** Whether what asked for a field says all of it: the value itself stands there, and is no name in other words. */
function isWhole(
  blueprint: unknown,
  path: string | undefined,
  { steps, value, isAsked }: { steps: Steps; value: string; isAsked: boolean },
): boolean {
  const isSame = path !== undefined && valueAt(blueprint, splitPath(path)) === value;
  return isSame && (!isAsked || steps[0] === 'path');
}

function followTarget({ blueprint, naming }: Subject, target: Item, steps: Steps): Cause[] {
  const field = steps.at(-1);
  if (field === 'name') return naming.causesOf(target);
  if (field === 'namespace') return [naming.namespaceOf(target)];
  return field === 'kind' ? [describeKind(blueprint, target)] : [];
}

/** The generated object that a reference leads to; undefined where it leads to none. */
function findTarget({ assembled: { item }, naming }: Subject, steps: Steps): Item | undefined {
  const reference = valueAt(item.spec, steps.slice(0, -1));
  if (!isObject(reference)) return undefined;
  const { name, kind = kindFor(item, steps), namespace = item.namespace } = reference;
  if (typeof name !== 'string' || typeof namespace !== 'string') return undefined;
  return naming.find(name, { namespace, ...(typeof kind === 'string' ? { kind } : {}) });
}

/** The kind of what a reference without a kind leads to. */
function kindFor({ kind }: Item, steps: Steps): string | undefined {
  if (steps[0] === 'dependsOn') return kind.kind;
  return steps[0] === 'providerRef' ? 'Provider' : steps[0] === 'include' ? 'GitRepository' : undefined;
}

/** A source of the blueprint that is not generated: its reference holds the value. */
function followExisting({ blueprint, naming, assembled: { item } }: Subject, steps: Steps): Cause[] {
  const { source, written } = item as Partial<ComponentItem>;
  if (source === undefined || source.item !== undefined) return [];
  const name = written?.component.source ?? written?.layer.source;
  const path = naming.sourcePath(name, item.environment) ?? findExisting(blueprint, source);
  const found = `${path ?? ''}.sourceRef.${String(steps.at(-1))}`;
  return path !== undefined && isWritten(blueprint, found) ? [writtenAt(blueprint, found)] : [];
}

/** The source whose reference names this object, where no component names the source. */
function findExisting(blueprint: unknown, source: { kind: string; name: string }): string | undefined {
  const sources = valueAt(blueprint, ['spec', 'sources']);
  if (!Array.isArray(sources)) return undefined;
  const at = sources.findIndex((one) => {
    const ref = valueAt(one, ['sourceRef']);
    return isObject(ref) && ref['kind'] === source.kind && ref['name'] === source.name;
  });
  return at < 0 ? undefined : `spec.sources[${at}]`;
}

function followPath({ assembled: { item } }: Subject): Cause[] {
  const { written } = item as Partial<ComponentItem>;
  if (written === undefined) return [];
  const layer: Cause = {
    by: 'blueprint',
    path: item.locate(`${written.layerPath}.name`),
    why: 'name of the layer',
  };
  const component: Cause = {
    by: 'blueprint',
    path: item.locate(`${item.path}.name`),
    why: 'name of the component',
  };
  if (written.component === written.layer) return [layer];
  return written.layer.path === undefined ? [layer, component] : [component];
}
