import type { Moved } from '../../api/schema/blocks/moves.ts';
import type { Spec } from '../../api/schema/spec.ts';

/** Where a component stands: `layer/component`, with the environment where one is named. */
export interface Place {
  /** Undefined where each environment is meant, or where there are none. */
  environment: string | undefined;
  layer: string;
  component: string;
}

/** Parses `layer/component` or `environment:layer/component`; a layer of one component may stand by its name alone. */
export function parsePlace(text: string): Place {
  const colon = text.indexOf(':');
  const [layer = '', component = layer] = text.slice(colon + 1).split('/');
  return { environment: colon < 0 ? undefined : text.slice(0, colon), layer, component };
}

/** The place that the title of a desired object names: `apps/shop`, or `apps/shop (staging)`. */
export function placeOfTitle(title: string): Place {
  const [plain = ''] = title.split(' ');
  return parsePlace(plain);
}

/** Writes a {@link Place} down; the same for whatever way it was written. */
export function formatPlace({ environment, layer, component }: Place): string {
  return `${environment === undefined ? '' : `${environment}:`}${layer}/${component}`;
}

/** What a blueprint states to have moved within it, followed to where it stands now, each with its path. */
export interface StatedMove {
  from: Place;
  to: Place;
  path: string;
}

/**
 * The moves that a blueprint states within itself. Where something moved twice, the first move leads to where the
 * second one brought it.
 */
export function listStated({ moved = [] }: Pick<Spec, 'moved'>): StatedMove[] {
  const own = moved.map((entry, i) => ({ entry, i })).filter(({ entry }) => entry.blueprint === undefined);
  const next = new Map(own.map(({ entry }) => [formatPlace(parsePlace(entry.from)), entry]));
  return own.map(({ entry, i }) => ({
    from: parsePlace(entry.from),
    to: parsePlace(followMoves(entry, next)),
    path: `spec.moved[${i}]`,
  }));
}

/** The end of a chain of moves. Cycles are refused where the blueprint is checked; here they only have to end. */
function followMoves(first: Moved, next: ReadonlyMap<string, Moved>): string {
  let { to } = first;
  const seen = new Set<string>();
  for (;;) {
    const place = formatPlace(parsePlace(to));
    const further = next.get(place);
    if (further === undefined || seen.has(place)) return to;
    seen.add(place);
    to = further.to;
  }
}
