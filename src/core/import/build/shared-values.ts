import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { type ComponentBlock, SOURCE_BLOCKS, type SourceBlock, type Spec } from '../../../api/schema/spec.ts';
import { COMPONENT_KINDS, SOURCE_KINDS } from '../../kinds/index.ts';
import { mergeOverlays } from '../../kinds/overlay.ts';
import { emptyObject, isObject, own } from '../../values/json.ts';
import { type Entry, componentBlockOf } from './entry.ts';
import { findCommon, findShared } from './share.ts';

/** What a blueprint says once for all of its objects. */
export interface SharedValues {
  /** `spec.serviceAccountName`; undefined where there is none. */
  account: string | undefined;
  commonMetadata: { labels: Record<string, string>; annotations: Record<string, string> };
  /** `spec.defaults`, by block. */
  defaults: Record<string, JsonObject>;
  /** `spec.variables`; empty where there are none. */
  variables: JsonObject;
  /** `spec.secrets.sops`; undefined where it is not used. */
  sops: JsonObject | undefined;
}

/** What it costs to name a field in `unset`, beside its path. A source in place cannot, and has to be listed. */
const UNSET_COST = { component: 6, source: 60 };

/** Nothing is shared. */
export function shareNothing(account: string | undefined): SharedValues {
  return {
    account,
    commonMetadata: { labels: {}, annotations: {} },
    defaults: {},
    variables: emptyObject(),
    sops: undefined,
  };
}

/** Finds what all or most entries have alike, where saying it once takes `worthwhile` characters less. */
export function shareValues(
  entries: readonly Entry[],
  worthwhile: number,
  account: string | undefined,
): SharedValues {
  const shared = shareNothing(account);
  if (entries.length > 1) {
    shared.commonMetadata = {
      labels: findCommon(entries.map(({ labels }) => labels)),
      annotations: findCommon(entries.map(({ annotations }) => annotations)),
    };
  }
  for (const block of SOURCE_BLOCKS) {
    const specs = entries
      .filter(({ home }) => home.at === 'sources' && home.block === block)
      .map(({ spec }) => spec);
    const base = SOURCE_KINDS[block].defaults;
    keep(shared, block, findShared(specs, { base, unsetCost: UNSET_COST.source, worthwhile }));
  }
  for (const block of ['kustomization', 'helmRelease'] as const) {
    const specs = entries.filter((entry) => componentBlockOf(entry) === block).map(({ spec }) => spec);
    const base = inheritedBy(block, shareNothing(account), {});
    keep(shared, block, findShared(specs, { base, unsetCost: UNSET_COST.component, worthwhile }));
  }
  moveOut(shared);
  return shared;
}

/** What most components of a layer have alike beyond what they inherit. */
export function shareInLayer(
  entries: readonly Entry[],
  shared: SharedValues,
  worthwhile: number,
): Record<string, JsonObject> {
  const defaults: Record<string, JsonObject> = {};
  for (const block of ['kustomization', 'helmRelease'] as const) {
    const specs = entries.filter((entry) => componentBlockOf(entry) === block).map(({ spec }) => spec);
    const base = inheritedBy(block, shared, {});
    const found = findShared(specs, { base, unsetCost: UNSET_COST.component, worthwhile });
    if (Object.keys(found).length > 0) defaults[block] = found;
  }
  return defaults;
}

function keep(shared: SharedValues, block: string, found: JsonObject): void {
  if (Object.keys(found).length > 0) shared.defaults[block] = found;
}

/** Moves what has a place of its own out of the defaults: variables, and the key for SOPS. */
function moveOut(shared: SharedValues): void {
  const defaults = shared.defaults['kustomization'];
  if (defaults === undefined) return;
  const postBuild = own(defaults, 'postBuild');
  if (isObject(postBuild)) {
    shared.variables = postBuild;
    Reflect.deleteProperty(defaults, 'postBuild');
  }
  const decryption = own(defaults, 'decryption');
  if (
    isObject(decryption) &&
    own(decryption, 'provider') === 'sops' &&
    isOnly(decryption, ['provider', 'secretRef'])
  ) {
    const secretRef = own(decryption, 'secretRef');
    shared.sops = emptyObject();
    if (secretRef !== undefined) shared.sops['secretRef'] = secretRef;
    Reflect.deleteProperty(defaults, 'decryption');
  }
  if (Object.keys(defaults).length === 0) Reflect.deleteProperty(shared.defaults, 'kustomization');
}

function isOnly(value: JsonObject, fields: readonly string[]): boolean {
  return Object.keys(value).every((field) => fields.includes(field));
}

/** What a component inherits before its own block is merged over it. */
export function inheritedBy(
  block: ComponentBlock,
  shared: SharedValues,
  layerDefaults: Readonly<Record<string, JsonObject>>,
): JsonObject {
  const kind = COMPONENT_KINDS[block];
  const overlays = [
    ...kind.inherit(specOf(shared)),
    ...[shared.defaults[block], layerDefaults[block]].flatMap((value) =>
      value === undefined ? [] : [{ at: [], value, path: '' }],
    ),
  ];
  return mergeOverlays(kind.defaults, overlays, kind.merge);
}

/** What a source inherits. */
export function inheritedBySource(block: SourceBlock, { defaults }: SharedValues): JsonObject {
  const kind = SOURCE_KINDS[block];
  const value = defaults[block];
  return mergeOverlays(kind.defaults, value === undefined ? [] : [{ at: [], value, path: '' }], kind.merge);
}

/** The part of a blueprint's spec from which kinds inherit. */
function specOf({ account, variables, sops }: SharedValues): Spec {
  return {
    ...(account === undefined ? {} : { serviceAccountName: account }),
    ...(Object.keys(variables).length === 0 ? {} : { variables }),
    ...(sops === undefined ? {} : { secrets: { sops } }),
  };
}
