import { Label } from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';

const OURS: ReadonlySet<string> = new Set(Object.values(Label));

/** A generated object as people write it themselves: without the labels by which the operator knows its objects. */
export function toPlain(object: KubeObject): KubeObject {
  const { labels = {}, ...metadata } = object.metadata;
  const rest = Object.entries(labels).filter(([label]) => !OURS.has(label));
  const others = rest.length === 0 ? {} : { labels: Object.fromEntries(rest) };
  return { ...object, metadata: { ...metadata, ...others } };
}
