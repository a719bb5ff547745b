import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { valueAt } from '../values/json.ts';
import type { Steps } from '../values/path.ts';
import type { Built } from './build/build-blueprint.ts';
import type { Entry } from './build/entry.ts';
import { findComments } from './read/find-comments.ts';
import type { Comment } from './write/write-blueprint.ts';

/**
 * Where the comments of the source stand in a blueprint. Those in the values of a chart stay where they are; all others
 * stand before the item of their object, so that it keeps its form.
 */
export function placeComments({ blueprint, places }: Built): Comment[] {
  const texts = countTexts(places);
  return [...places].flatMap(([entry, steps]) => {
    // Which of several objects of one document a comment is about, nobody knows.
    if (texts.get(documentOf(entry)) !== 1) return [];
    return placeOf(entry, steps, blueprint);
  });
}

function documentOf({ source }: Entry): string {
  return `${source.file}:${source.line}`;
}

function countTexts(places: Built['places']): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of places.keys()) counts.set(documentOf(entry), (counts.get(documentOf(entry)) ?? 0) + 1);
  return counts;
}

function placeOf(entry: Entry, place: Steps, blueprint: JsonObject): Comment[] {
  const before: string[] = [];
  const comments: Comment[] = [];
  for (const { steps, lines } of findComments(entry.source.text)) {
    const within = valuesIn(entry, place, steps);
    if (within !== undefined && valueAt(blueprint, within) !== undefined)
      comments.push({ steps: within, lines });
    else before.push(...lines);
  }
  // A source that stands in place belongs to the item of its component.
  const item = entry.home.at === 'sources' && place.length > 3 ? place.slice(0, -1) : place;
  return before.length === 0 ? comments : [{ steps: item, lines: before }, ...comments];
}

/** The steps in the blueprint to a place in the values of a chart; undefined for every other place. */
function valuesIn({ home }: Entry, place: Steps, steps: Steps): Steps | undefined {
  const [spec, values, ...more] = steps;
  if (home.at !== 'layers' || home.block !== 'helmRelease' || more.length === 0) return undefined;
  return spec === 'spec' && values === 'values' ? [...place, 'helmRelease', ...steps.slice(1)] : undefined;
}
