import type { JsonObject } from '../../../api/schema/shapes/shapes.ts';
import { emptyObject } from '../../values/json.ts';
import type { Entry } from './entry.ts';
import type { SharedValues } from './shared-values.ts';

/** The labels and annotations that an item says itself; undefined where there are none. */
export function metadataOf(entry: Entry, { commonMetadata }: SharedValues): JsonObject | undefined {
  const metadata = emptyObject();
  for (const map of ['labels', 'annotations'] as const) {
    const rest = emptyObject();
    for (const [key, value] of Object.entries(entry[map]))
      if (!Object.hasOwn(commonMetadata[map], key)) rest[key] = value;
    if (Object.keys(rest).length > 0) metadata[map] = rest;
  }
  return Object.keys(metadata).length === 0 ? undefined : metadata;
}
