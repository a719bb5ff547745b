import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import type { ComponentBlock, Defaults, SourceBlock } from '../../../api/schema/spec.ts';
import type { FluxKind } from '../../kinds/kind.ts';
import { type Overlay, mergeOverlays } from '../../kinds/overlay.ts';
import { emptyObject, isObject } from '../../values/json.ts';
import { removePath } from './unset.ts';

/**
 * Merges the inherited overlays, removes the `unset` paths from them, and merges the item's own overlays over the rest.
 */
export function mergeSpec(
  kind: FluxKind,
  inherited: readonly Overlay[],
  unset: readonly string[],
  own: readonly Overlay[],
): JsonObject {
  const base = mergeOverlays(kind.defaults, inherited, kind.merge);
  for (const path of unset) removePath(base, path);
  return mergeOverlays(base, own, kind.merge);
}

/** The overlay of a block of `defaults`, which stand at `path`; none where the block is missing. */
export function defaultsOf(
  defaults: Defaults | undefined,
  block: SourceBlock | ComponentBlock,
  path: string,
): Overlay[] {
  return blockOverlay(defaults?.[block], `${path}.${block}`);
}

/** The overlay of a block as it was written at `path`; none where it is no object, which is refused elsewhere. */
export function blockOverlay(value: unknown, path: string): Overlay[] {
  return isObject(value) ? [{ at: [], value, path }] : [];
}

/** The overlay of an item whose fields go into the spec, but for those in `ours`, which belong to the blueprint. */
export function itemOverlay(item: JsonObject, ours: ReadonlySet<string>, path: string): Overlay {
  const value = emptyObject();
  for (const [field, content] of Object.entries(item)) {
    if (!ours.has(field)) value[field] = content;
  }
  return { at: [], value, path };
}
