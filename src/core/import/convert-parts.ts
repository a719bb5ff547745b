import type { Converted, Conversion } from './convert.ts';
import { convertAll } from './convert-all.ts';
import type { Built } from './build/build-blueprint.ts';
import type { Entry } from './build/entry.ts';
import { buildEnvironments } from './environments/build-environments.ts';
import { type EnvironmentEntries, findEnvironments } from './environments/find-environments.ts';
import { placeComments } from './place-comments.ts';
import { proveText } from './prove.ts';
import { countLines } from './write/count-lines.ts';
import { writeBlueprint } from './write/write-blueprint.ts';

/**
 * {@link convertAll}, where components that come once for each of several environments become a blueprint with
 * environments, if that is equal and shorter.
 */
export function convertParts(entries: readonly Entry[], conversion: Conversion): Converted[] {
  const found = findEnvironments(entries);
  if (found === undefined) return convertAll(entries, conversion);
  const { environments, rest } = found;
  const name = rest.length === 0 ? conversion.name : `${conversion.name}-environments`;
  const built = buildOverOne(environments, { ...conversion, name, account: conversion.account });
  if (built === undefined) return convertAll(entries, conversion);
  const originals = environments.flatMap(({ members }) => members.map(({ original }) => original));
  const text = writeBlueprint(built.blueprint, placeComments(built));
  const { equal, differences, refusals } = proveText(text, originals, built);
  const without = convertAll(entries, conversion);
  if (differences.length + refusals.length > 0) return without;
  const { namespace, root, sharedBy, copies } = conversion;
  const one: Converted = {
    name,
    namespace,
    root,
    sharedBy,
    text,
    entries: originals,
    copies: copies.filter(({ key }) => originals.some((one) => one.key === key)),
    equal,
    differences,
    skipped: [],
    problems: [],
  };
  const split = [...(rest.length === 0 ? [] : convertAll(rest, conversion)), one];
  return linesOf(split) < linesOf(without) ? split : without;
}

/** The environments as changes of one of them: of the first of which the others can be said so. */
function buildOverOne(
  environments: readonly EnvironmentEntries[],
  plan: Parameters<typeof buildEnvironments>[1],
): Built | undefined {
  for (let i = 0; i < environments.length; i++) {
    const built = buildEnvironments([...environments.slice(i), ...environments.slice(0, i)], plan);
    if (built !== undefined) return built;
  }
  return undefined;
}

function linesOf(all: readonly Converted[]): number {
  return all.reduce((sum, { text }) => sum + countLines(text).all, 0);
}
