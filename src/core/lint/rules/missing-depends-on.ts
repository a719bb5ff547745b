import type { DesiredObject } from '../../objects/desired.ts';
import { findUnorderedSources } from './unordered-sources.ts';
import type { Breach } from '../model/finding.ts';
import type { LintInput, LintRule } from '../model/input.ts';
import { specList } from '../model/spec-field.ts';

/**
 * "Missing dependsOn: race conditions". The rule finds two cases:
 * - A layer neither depends on another layer nor does another depend on it, although the blueprint orders other layers.
 *   Blueprints without any order are fine, and so are layers that deploy nothing (they hold only sources, image
 *   policies or the like).
 * - The source of a component is made by another component that it does not wait for.
 */
export const missingDependsOn: LintRule = {
  id: 'missing-depends-on',
  needsCluster: true,
  find: (input, report) => {
    findLoneLayers(input).forEach(report);
    findUnorderedSources(input, report);
  },
};

/** Kinds that deploy workloads, so that their order can matter. */
const DEPLOYS: ReadonlySet<string> = new Set(['Kustomization', 'HelmRelease']);
/** Kinds of sources. The compiler adds dependencies on them, so these say nothing about the order of layers. */
const SOURCES: ReadonlySet<string> = new Set(['GitRepository', 'OCIRepository', 'HelmRepository', 'Bucket']);

function findLoneLayers({ desired }: LintInput): Breach[] {
  const byId = new Map(desired.objects.map((object) => [object.id, object]));
  const ordered = new Set<string>();
  const paths = new Map<string, string>();
  for (const object of desired.objects) {
    const { layer } = object;
    for (const other of object.dependsOn) noteEdge(layer, byId.get(other), ordered);
    if (layer === undefined) continue;
    if (DEPLOYS.has(object.ref.kind) && !paths.has(layer)) paths.set(layer, layerPath(object.path));
    if (waitsForOthers(object, byId)) ordered.add(layer);
  }
  if (ordered.size === 0) return [];
  return [...paths]
    .filter(([layer]) => !ordered.has(layer))
    .map(([, path]) => ({
      severity: 'warning',
      path,
      message:
        'is ordered neither before nor after any other layer, though others are: it starts together with the first of them, and may fail until what it needs is there; say what it needs in `dependsOn`, or list it in that of the layers which need it',
    }));
}

function noteEdge(layer: string | undefined, to: DesiredObject | undefined, ordered: Set<string>): void {
  if (to === undefined || SOURCES.has(to.ref.kind) || (layer !== undefined && to.layer === layer)) return;
  // An object in no layer, such as an ExternalSecret, has a place in the order too.
  if (to.layer !== undefined) ordered.add(to.layer);
  if (layer !== undefined) ordered.add(layer);
}

/** Whether an object waits for objects that this blueprint does not generate. */
function waitsForOthers(object: DesiredObject, byId: ReadonlyMap<string, DesiredObject>): boolean {
  if (object.waitsFor.length > 0) return true;
  const native = object.dependsOn.filter((id) => byId.get(id)?.ref.kind === object.ref.kind);
  return specList(object, 'dependsOn').length > native.length;
}

/** Cuts the path of an object down to that of its layer. */
function layerPath(path: string): string {
  return /^spec(?:\.environments\[\d+\])?\.layers\[\d+\]/.exec(path)?.[0] ?? path;
}
