import { isAllowedGroup } from '../../../api/groups.ts';
import { splitApiVersion } from '../../../api/object.ts';
import {
  COMPONENT_BLOCKS,
  type Component,
  type ComponentBlock,
  type Layer,
  SOURCE_BLOCKS,
} from '../../../api/schema/spec.ts';
import { COMPONENT_KINDS, GENERATED_KINDS, SOURCE_KINDS } from '../../kinds/index.ts';
import type { ComponentKind } from '../../kinds/kind.ts';
import { objectKind } from '../../kinds/object.ts';
import type { ComponentItem } from '../model/item.ts';
import { emptyObject, isObject } from '../../values/json.ts';
import { mergeOverlays } from '../../kinds/overlay.ts';
import { fieldPath } from '../../values/path.ts';
import type { Problems } from '../../validation/problem.ts';

/** The block that says what an item deploys from a source. */
function componentBlockOf(item: Partial<Record<ComponentBlock, unknown>>): ComponentBlock | undefined {
  return COMPONENT_BLOCKS.find((block) => item[block] !== undefined);
}

/** The kind of object that a component becomes; undefined after refusing the component. */
export function kindOf(
  component: Component | Layer,
  path: string,
  problems: Problems,
): ComponentKind | undefined {
  const block = componentBlockOf(component);
  if (block !== undefined || component.object === undefined) return COMPONENT_KINDS[block ?? 'kustomization'];
  const { apiVersion, kind } = component.object as { apiVersion?: string; kind?: string };
  for (const [field, value] of Object.entries({ apiVersion, kind })) {
    if (value === undefined) problems.add('missing-field', `${path}.object.${field}`, 'is required');
  }
  if (apiVersion === undefined || kind === undefined) return undefined;
  return isAllowed(apiVersion, kind, path, problems) ? objectKind(apiVersion, kind) : undefined;
}

function isAllowed(apiVersion: string, kind: string, path: string, problems: Problems): boolean {
  const { group } = splitApiVersion(apiVersion);
  if (!isAllowedGroup(group)) {
    problems.add(
      'group-not-allowed',
      `${path}.object.apiVersion`,
      `objects of ${group === '' ? 'the core group' : group} cannot be generated: allowed are the API groups of Flux, flux-operator and External Secrets; deliver others by a Kustomization`,
    );
    return false;
  }
  const place = placeOf(group, kind);
  if (place === undefined) return true;
  problems.add(
    'misplaced',
    `${path}.object.kind`,
    `${kind} has a place of its own, where it gets what the blueprint says for all: ${place}`,
  );
  return false;
}

/**
 * The place of a kind that has a block or list of its own; undefined for other kinds. As an `object` it would lack the
 * service account and the defaults.
 */
function placeOf(group: string, kind: string): string | undefined {
  const block = Object.values(COMPONENT_KINDS).find((known) => known.group === group && known.kind === kind);
  if (block !== undefined) return `\`${block.block}\``;
  if (Object.values(SOURCE_KINDS).some((known) => known.group === group && known.kind === kind))
    return '`sources`';
  return GENERATED_KINDS.some((known) => known.group === group && known.kind === kind)
    ? '`notifications`'
    : undefined;
}

/** The fields that an `object` may have. */
const OBJECT_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'spec']);

/** Drafts the spec of an `object` as it was written, because the compiler knows nothing about its kind. */
export function draftObjectSpec(
  component: Component | Layer,
  path: string,
  kind: ComponentKind,
  problems: Problems,
): Pick<ComponentItem, 'kind' | 'specPath' | 'overlays' | 'spec'> {
  const object = component.object ?? emptyObject();
  for (const field of Object.keys(object)) {
    if (OBJECT_FIELDS.has(field)) continue;
    const remedy =
      field === 'metadata'
        ? ": the name is the component's, labels and annotations go to `metadata` beside `object`"
        : ': an object has `apiVersion`, `kind` and `spec`';
    problems.add('misplaced', fieldPath(`${path}.object`, field), `does not belong here${remedy}`);
  }
  for (const field of ['unset', 'path', 'source', ...SOURCE_BLOCKS] as const) {
    if (component[field] !== undefined)
      problems.add('misplaced', `${path}.${field}`, 'means nothing beside `object`');
  }
  const spec: unknown = object['spec'];
  const overlays = isObject(spec) ? [{ at: [], value: spec, path: `${path}.object.spec` }] : [];
  return {
    kind,
    specPath: `${path}.object.spec`,
    overlays,
    spec: mergeOverlays(kind.defaults, overlays, kind.merge),
  };
}
