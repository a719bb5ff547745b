import type { Spec } from '../../api/schema/spec.ts';
import type { Problems } from '../validation/problem.ts';
import { joinFirst, suggest } from '../values/suggest.ts';
import { type Place, formatPlace, parsePlace } from './stated.ts';

/** The most places that a message names. */
const MAX_NAMED = 10;

/** Checks `moved` and `released` of a blueprint. */
export function checkMoves(spec: Spec, problems: Problems): void {
  const { moved = [], released = [] } = spec;
  if (moved.length + released.length === 0) return;
  const present = listPlaces(spec);
  checkTargets(spec, present, problems);
  checkOrigins(spec, present, problems);
  checkCycles(spec, problems);
  released.forEach((text, i) => {
    if (isPresent(parsePlace(text), present))
      problems.add(
        'misplaced',
        `spec.released[${i}]`,
        `${text} is still in this blueprint: take it out of \`layers\` to let it go, or leave it out here`,
      );
  });
}

/** The places that a blueprint has, as `layer/component`, with those that environments add. */
function listPlaces({ layers = [], environments = [] }: Spec): ReadonlySet<string> {
  const all = [...layers, ...environments.flatMap((environment) => environment.layers ?? [])];
  return new Set(
    all.flatMap(({ name, components }) => {
      const named = Array.isArray(components) ? (components as { name?: unknown }[]) : [];
      const names = named.flatMap((component) =>
        typeof component.name === 'string' ? [component.name] : [],
      );
      return (names.length === 0 ? [name] : names).map((component) => `${name}/${component}`);
    }),
  );
}

function isPresent({ layer, component }: Place, present: ReadonlySet<string>): boolean {
  return present.has(`${layer}/${component}`);
}

function checkTargets({ moved = [] }: Spec, present: ReadonlySet<string>, problems: Problems): void {
  const origins = new Set(moved.map(({ from }) => formatPlace(parsePlace(from))));
  moved.forEach(({ to }, i) => {
    const place = parsePlace(to);
    if (isPresent(place, present) || origins.has(formatPlace(place))) return;
    const name = `${place.layer}/${place.component}`;
    problems.add(
      'unknown-name',
      `spec.moved[${i}].to`,
      `no component is named ${name}${suggest(name, [...present])}`,
    );
  });
}

function checkOrigins({ moved = [] }: Spec, present: ReadonlySet<string>, problems: Problems): void {
  const seen = new Map<string, number>();
  moved.forEach(({ from, blueprint }, i) => {
    const place = parsePlace(from);
    const key = `${blueprint ?? ''} ${formatPlace(place)}`;
    const before = seen.get(key);
    if (before !== undefined)
      problems.add(
        'duplicate',
        `spec.moved[${i}].from`,
        `stands in spec.moved[${before}] too: a component moves once`,
      );
    seen.set(key, before ?? i);
    // One that is named for one environment may be omitted in that alone.
    if (blueprint === undefined && place.environment === undefined && isPresent(place, present))
      problems.add(
        'misplaced',
        `spec.moved[${i}].from`,
        `${from} is still in this blueprint, so that it has not moved: take it out of \`layers\`, or leave this entry out`,
      );
  });
}

function checkCycles({ moved = [] }: Spec, problems: Problems): void {
  const own = moved.map((entry, i) => ({ ...entry, i })).filter(({ blueprint }) => blueprint === undefined);
  const next = new Map(own.map(({ from, to, i }) => [formatPlace(parsePlace(from)), { to, i }]));
  const done = new Set<string>();
  for (const first of next.keys()) {
    const way = new Set<string>();
    let at = first;
    for (let step = next.get(at); step !== undefined && !done.has(at) && !way.has(at); step = next.get(at)) {
      way.add(at);
      at = formatPlace(parsePlace(step.to));
    }
    for (const place of way) done.add(place);
    if (way.has(at)) reportCycle([...way].slice([...way].indexOf(at)), next.get(at)?.i ?? 0, problems);
  }
}

function reportCycle(places: readonly string[], i: number, problems: Problems): void {
  const told = joinFirst([...places, places[0] ?? ''], MAX_NAMED, ' → ');
  problems.add('cycle', `spec.moved[${i}]`, `moves in a circle: ${told}`);
}
