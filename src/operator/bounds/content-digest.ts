import { RECONCILE_REQUEST } from '../../api/names.ts';
import { type KubeObject, OUTLINE } from '../../api/object.ts';
import { digestText } from './digest-text.ts';

/**
 * The digest of what an object says beside its status, as `sha256:<hex>`: two answers of the API server about one
 * version of it have the same. Requests to reconcile do not count, because the operator makes them itself.
 */
export function digestContent(object: KubeObject): string {
  const known = object[OUTLINE];
  if (known !== undefined) return known;
  const { metadata, ...content } = object;
  delete content['status'];
  const { labels = {}, annotations = {} } = metadata;
  const written = Object.entries(annotations).filter(([name]) => name !== RECONCILE_REQUEST);
  const text =
    toText([content, labels, written]) ?? `${metadata.uid ?? ''} ${metadata.resourceVersion ?? ''}`;
  return digestText(text);
}

/** The value as JSON; undefined where it is nested too deep for that. */
function toText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
