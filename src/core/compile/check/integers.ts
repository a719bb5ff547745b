import type { Report } from '../../validation/check-schema.ts';
import type { Steps } from '../../values/path.ts';

/** Integers of this size and above are no longer told apart by a double: 2^53. */
const ROUNDED_FROM = Number.MAX_SAFE_INTEGER + 1;

/** Kubernetes itself holds integers above this size, 2^63, as doubles, so that nothing more is lost. */
const LARGEST_EXACT = 2 ** 63;

/**
 * Reports integers that Kubernetes holds exactly and JavaScript does not: what is applied could differ from what was
 * written. `steps` lead to the value, which may nest as deep as a blueprint.
 */
export function checkIntegers(value: unknown, steps: Steps, report: Report): void {
  const at = [...steps];
  const check = (inner: unknown): void => {
    if (typeof inner === 'number') {
      if (isRounded(inner)) report('inexact', [...at], INEXACT);
    } else if (typeof inner === 'object' && inner !== null) {
      const isList = Array.isArray(inner);
      for (const [key, item] of Object.entries(inner)) {
        at.push(isList ? Number(key) : key);
        check(item);
        at.pop();
      }
    }
  };
  check(value);
}

const INEXACT = `is an integer beyond ${Number.MAX_SAFE_INTEGER}, whose last digits may be lost: quote it, if text will do`;

function isRounded(number: number): boolean {
  const size = Math.abs(number);
  return size >= ROUNDED_FROM && size <= LARGEST_EXACT && Number.isInteger(number);
}
