import type { DesiredObject } from '../../objects/desired.ts';
import { isObject } from '../../values/json.ts';
import { type Steps, joinPath } from '../../values/path.ts';

/** Where a part of a spec, and all below it, was written. */
export interface Origin {
  /** The path of the part in the spec; empty for the spec itself. */
  part: string;
  /** Its path in the blueprint. */
  written: string;
  /** Whether that is the origin of everything below it too, and not only of what has the same steps there. */
  whole: boolean;
}

/** The origins of a spec as data: those that do not follow from the origin of a part around them. */
export type Origins = readonly Origin[];

/**
 * The most parts of one spec that are looked at, the outer ones first. What lies deeper in so large a spec is data such
 * as `values`, of which no message names a part.
 */
const MAX_PARTS = 200;

/** A step to what no spec holds. */
const NOWHERE = Number.MAX_SAFE_INTEGER;

/** A part of a spec, and the origin that it has where it is not listed. */
interface Part {
  value: unknown;
  steps: Steps;
  implied: Pick<Origin, 'written' | 'whole'> | undefined;
}

/** Lists the origins of an object's spec. */
export function listOrigins({ manifest, originOf }: Pick<DesiredObject, 'manifest' | 'originOf'>): Origins {
  const listed: Origin[] = [];
  const parts: Part[] = [{ value: manifest['spec'], steps: [], implied: undefined }];
  for (let i = 0; i < parts.length && i < MAX_PARTS; i++) {
    const { value, steps, implied } = parts[i] as Part;
    const written = originOf(steps);
    const whole = originOf([...steps, NOWHERE]) === written;
    if (written !== implied?.written || whole !== implied.whole)
      listed.push({ part: joinPath('', steps), written, whole });
    for (const [step, inner] of entriesOf(value)) {
      if (parts.length >= MAX_PARTS) break;
      const below = whole ? written : joinPath(written, [step]);
      parts.push({ value: inner, steps: [...steps, step], implied: { written: below, whole } });
    }
  }
  return listed;
}

function entriesOf(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return [...value.entries()];
  return isObject(value) ? Object.entries(value) : [];
}

/** Finds the origins of a spec that were listed. */
export function originsFrom(listed: Origins): DesiredObject['originOf'] {
  const byPart = new Map(listed.map((origin) => [origin.part, origin]));
  return (steps) => {
    for (let depth = steps.length; depth >= 0; depth--) {
      const origin = byPart.get(joinPath('', steps.slice(0, depth)));
      if (origin !== undefined)
        return origin.whole ? origin.written : joinPath(origin.written, steps.slice(depth));
    }
    return joinPath('spec', steps);
  };
}
