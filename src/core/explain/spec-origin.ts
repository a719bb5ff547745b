import type { Json } from '../../api/object.ts';
import { type Derived, type Item, derivedAt, originIn } from '../compile/model/item.ts';
import { isUnset } from '../compile/draft/unset.ts';
import { type Overlay, overlaysWith } from '../kinds/overlay.ts';
import { valueAt } from '../values/json.ts';
import { type Steps, itemPath, joinPath, splitPath } from '../values/path.ts';
import type { Cause, Overruled } from './cause.ts';
import { hiddenBy, isWritten, writtenAt } from './levels.ts';
import type { Origin } from './metadata-origin.ts';
import type { Subject } from './naming.ts';
import { followName, isNamedInPlace } from './references.ts';

/** Where a field of an object's spec comes from. `steps` lead to it within the spec. */
export function describeSpecField(subject: Subject, steps: Steps): Origin {
  const { item } = subject.assembled;
  const held = overlaysWith(item.overlays, steps);
  const derived = derivedAt(item, steps);
  const isThere = valueAt(item.spec, steps) !== undefined;
  const [first, ...others] = [
    ...(derived === undefined ? [] : [scopedPath(derived, steps)]),
    ...held.reverse().flatMap((overlay) => pathIn(overlay, steps) ?? []),
  ];
  if (!isThere) return describeMissing(subject, steps, [...(first === undefined ? [] : [first]), ...others]);
  if (first === undefined)
    return { causes: followAll(subject, steps, fillIn(item, steps, undefined), derived), overruled: [] };
  const hidden = hiddenBy(subject.blueprint, first, item.locate);
  const overruled = [
    ...(hidden === undefined ? [] : [overruledAt(subject, hidden)]),
    ...overruledBy(subject, others),
    ...defaultOf(item, steps),
  ];
  const cause = causeAt(subject, item.locate(first), { steps, derived });
  return { causes: followAll(subject, steps, cause, derived), overruled };
}

/** What decides a field, and what that leads to: the name of another object, for example. */
function followAll(subject: Subject, steps: Steps, cause: Cause, derived: Derived | undefined): Cause[] {
  const { path } = cause;
  const isAsked = derived !== undefined && derived.moved !== true;
  const followed = followName(subject, steps, { path, isAsked });
  const isInPlace = path !== undefined && isNamedInPlace(subject.assembled, steps, path);
  return isInPlace ? followed : [cause, ...followed];
}

function scopedPath(derived: Derived, steps: Steps): string {
  return joinPath(derived.path, derived.moved === true ? steps.slice(derived.at.length) : []);
}

/** The path of a field that an overlay holds, as the item's scope sees it. */
function pathIn({ path, at, derived }: Overlay, steps: Steps): string | undefined {
  if (path === undefined) return undefined;
  return derived === true ? path : joinPath(path, steps.slice(at.length));
}

/** What decides at a path: what is written there, or the compiler where nothing is. */
function causeAt(
  { blueprint, assembled: { item } }: Subject,
  path: string,
  { steps, derived }: { steps: Steps; derived: Derived | undefined },
): Cause {
  if (!isWritten(blueprint, path)) return fillIn(item, steps, path);
  const written = writtenAt(blueprint, path);
  if (derived === undefined || derived.moved === true) return written;
  const [field = ''] = steps;
  const why = ASKED[String(field)];
  if (why === undefined || isSame(blueprint, path, item, steps)) return written;
  if (field !== 'eventSources' && field !== 'resources') return { ...written, why };
  return { by: 'compiler', path: item.locate(joinPath(derived.path, [field])), why };
}

/** Whether a path is written there as it is: it has no other name in it. */
function isSame(blueprint: unknown, path: string, item: Item, steps: Steps): boolean {
  return steps[0] === 'path' && valueAt(blueprint, splitPath(path)) === valueAt(item.spec, steps);
}

/** Why fields follow from something that is not their value. */
const ASKED: Readonly<Partial<Record<string, string>>> = {
  sourceRef: 'names the source',
  chartRef: 'names the source',
  chart: 'names the source',
  path: 'folder, and the name of the component',
  dependsOn: 'must be ready first',
  ignore: 'all other folders are ignored',
  releaseName: 'on another cluster the release is named without the suffix',
  eventSources: 'an alert hears all that is generated, unless it names what',
  resources: 'a receiver has all sources fetched, unless it names which',
  suspend: 'suspends what is generated',
};

/** What the compiler fills in by itself. `path` is where it could be written. Default: that follows from `item`. */
function fillIn(item: Item, steps: Steps, path: string | undefined): Cause {
  const where = path ?? item.locate(originIn(item, steps));
  return { by: 'compiler', path: where, why: reasonFor(item, steps) };
}

function reasonFor(item: Item, steps: Steps): string {
  const { kind } = item.kind;
  if (valueAt(item.kind.defaults, steps) !== undefined) return `default of FluxBlueprint for every ${kind}`;
  if (['sourceRef', 'chartRef', 'chart'].includes(String(steps[0]))) return 'the only source that fits';
  if (steps[0] === 'path') return 'named after the layer and the component';
  if (steps[0] === 'layerSelector')
    return 'HelmReleases take a chart from it, which is that layer of the artifact';
  return 'filled in';
}

/** The default of the kind, where something won over it. */
function defaultOf(item: Item, steps: Steps): Overruled[] {
  const value = valueAt(item.kind.defaults, steps);
  if (value === undefined) return [];
  return [{ by: 'compiler', path: undefined, why: reasonFor(item, steps), value }];
}

function overruledBy(subject: Subject, scoped: readonly string[]): Overruled[] {
  const { blueprint, assembled } = subject;
  const { locate } = assembled.item;
  const paths = scoped.flatMap((path) => [locate(path), hiddenBy(blueprint, path, locate) ?? []].flat());
  return [...new Set(paths)]
    .filter((path) => isWritten(blueprint, path))
    .map((path) => overruledAt(subject, path));
}

function overruledAt({ blueprint }: Subject, path: string): Overruled {
  const value: Json | undefined = valueAt(blueprint, splitPath(path));
  return { ...writtenAt(blueprint, path), value };
}

/** Why an object does not have a field, and where it could be written. */
function describeMissing(subject: Subject, steps: Steps, inherited: readonly string[]): Origin {
  const { blueprint, assembled } = subject;
  const { item } = assembled;
  const overruled = [...overruledBy(subject, inherited), ...defaultOf(item, steps)];
  const index = item.unset?.findIndex((dotted) => isUnset([dotted], steps)) ?? -1;
  const unset = item.locate(itemPath(`${item.path}.unset`, index));
  if (index >= 0 && isWritten(blueprint, unset))
    return { causes: [{ by: 'blueprint', path: unset, why: 'takes it away' }], overruled };
  const path = item.locate(joinPath(item.specPath, steps));
  const why = overruled.length === 0 ? 'nobody has written it' : 'left out beside another field';
  return { causes: [{ by: 'compiler', path, why }], overruled };
}
