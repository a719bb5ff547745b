import type { Assembled } from '../compile/assemble.ts';
import { displayName } from '../../api/object.ts';
import { type Steps, splitPathAsFar } from '../values/path.ts';
import { joinFirst, suggest } from '../values/suggest.ts';
import { clip } from '../values/truncate.ts';

/** An object of a blueprint, and a part of it. */
export interface Wanted {
  assembled: Assembled;
  /** The steps to the part in the manifest; none for all of it. */
  below: Steps;
}

/** The fields of a manifest that need no `spec` before them. */
const HEADS: ReadonlySet<unknown> = new Set(['apiVersion', 'kind', 'metadata', 'spec', 'data']);

/** The most names that a message lists. */
const MAX_NAMED = 5;

/** The longest text that a message repeats, in characters. */
const MAX_SHOWN = 200;

/**
 * Finds what `OBJECT[.FIELD]` means: `Kustomization/apps`, with its namespace between the two, or the name that people
 * know it by, `layer/component`; then a field such as `.spec.interval`, or `.interval` for short. The longest name that
 * fits counts, because names may have dots. Answers a sentence where nothing fits, or several objects do.
 */
export function findObject(argument: string, all: readonly Assembled[]): Wanted | string {
  const matches = all.flatMap((assembled) => {
    const fitting = namesOf(assembled).filter((name) => fits(argument, name));
    const length = Math.max(0, ...fitting.map((name) => name.length));
    return length === 0 ? [] : [{ assembled, length }];
  });
  const longest = Math.max(0, ...matches.map(({ length }) => length));
  const [match, ...others] = matches.filter(({ length }) => length === longest);
  const shown = JSON.stringify(clip(argument, MAX_SHOWN));
  if (match === undefined) {
    const known = all.flatMap(({ object }) => [
      displayName({ kind: object.ref.kind, name: object.ref.name }),
      object.title,
    ]);
    return `no object is named ${shown}${suggest(argument, known)}`;
  }
  if (others.length > 0) {
    const names = [match, ...others].map(({ assembled }) => displayName(assembled.object.ref));
    return `${shown} may be ${joinFirst(names, MAX_NAMED)}: name one of them`;
  }
  const { steps, whole } = splitPathAsFar(argument.slice(longest).replace(/^\./, ''));
  if (!whole) return `${shown} names no field: write it as in .spec.interval or .spec.dependsOn[0].name`;
  return {
    assembled: match.assembled,
    below: steps.length === 0 || HEADS.has(steps[0]) ? steps : ['spec', ...steps],
  };
}

/** The names by which people know an object. */
function namesOf({ object, item }: Assembled): string[] {
  const { kind, name, namespace } = object.ref;
  return [
    displayName({ kind, name }),
    ...(namespace === undefined ? [] : [displayName({ kind, name, namespace })]),
    item.title,
    object.title,
  ];
}

/** Whether an argument begins with a name, in whatever case the kind is written. */
function fits(argument: string, name: string): boolean {
  const begin = argument.slice(0, name.length);
  const slash = name.indexOf('/') + 1;
  const isSame =
    begin === name ||
    (begin.slice(slash) === name.slice(slash) &&
      begin.slice(0, slash).toLowerCase() === name.slice(0, slash).toLowerCase());
  return isSame && ['', '.', '['].includes(argument.charAt(name.length));
}
