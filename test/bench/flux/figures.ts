import { type Figure, format, under } from '../../harness/measure/figure.ts';
import { quantile, round } from '../../harness/measure/statistics.ts';
import type { Deployment, Link, Measured, Way } from './measure.ts';

/** What was measured with the same flags of Flux. */
export type Column = Record<Way, Measured>;

/** What the operator has to reach at Flux's default flags. */
export interface Bounds {
  installS: number;
  commitS: number;
  /** How many times sooner than Flux alone. */
  timesFaster: number;
}

const PHASES = { install: 'install', commit: 'new commit' } as const;

/** The rows of the table: each time with its requests, what is to be reached, and where the time of a link goes. */
export function toFigures(
  name: string,
  { default: atDefault, polling }: Record<'default' | 'polling', Column>,
  bounds: Bounds | undefined,
): Figure[] {
  return (['install', 'commit'] as const).flatMap((phase) => {
    const figure = `${name}, ${PHASES[phase]}`;
    const of = (column: Column, way: Way): Deployment => column[way][phase];
    const operator = of(atDefault, 'operator');
    const bound = phase === 'install' ? bounds?.installS : bounds?.commitS;
    return [
      timeOf(`${figure}: by a blueprint, default flags`, operator, bound),
      timeOf(`${figure}: plain, default flags`, of(atDefault, 'plain')),
      timeOf(`${figure}: by a blueprint, polling each second`, of(polling, 'operator')),
      timeOf(`${figure}: plain, polling each second`, of(polling, 'plain')),
      compareTimes(figure, operator, of(atDefault, 'plain'), bounds?.timesFaster),
      compareRequests(figure, operator, of(polling, 'plain'), bounds !== undefined),
      ...describeLinks(figure, operator.links),
    ];
  });
}

function countAll({ requests }: Deployment): number {
  return requests.source + requests.kustomize + requests.operator;
}

function timeOf(figure: string, deployment: Deployment, bound?: number): Figure {
  const { ms, requests } = deployment;
  const numbers = { ms: round(ms), ...requests };
  const got = `${(ms / 1000).toFixed(1)} s, ${countAll(deployment)} requests`;
  return bound === undefined
    ? { figure, got, numbers }
    : { ...under(figure, ms / 1000, bound, 's', numbers), got };
}

function compareTimes(
  figure: string,
  operator: Deployment,
  plain: Deployment,
  bound: number | undefined,
): Figure {
  const times = plain.ms / operator.ms;
  return {
    figure: `${figure}: times sooner than plain at default flags`,
    got: format(times),
    numbers: { times: round(times) },
    ...(bound === undefined ? {} : { toReach: `${bound} or more`, reached: times >= bound }),
  };
}

function compareRequests(
  figure: string,
  operator: Deployment,
  polling: Deployment,
  mustBeFewer: boolean,
): Figure {
  const [ours, theirs] = [countAll(operator), countAll(polling)];
  return {
    figure: `${figure}: requests at default flags to those of plain polling`,
    got: `${ours} to ${theirs}`,
    numbers: { ours, theirs },
    ...(mustBeFewer ? { toReach: 'fewer', reached: ours < theirs } : {}),
  };
}

function describeLinks(figure: string, links: readonly Link[]): Figure[] {
  if (links.length === 0) return [];
  const describe = (part: keyof Link, words: string): Figure => {
    const ms = links.map((link) => link[part]);
    const numbers = { p50Ms: round(quantile(ms, 0.5)), maxMs: round(quantile(ms, 1)), ms: ms.map(round) };
    return { figure: `${figure}: ${words}, p50`, got: `${format(numbers.p50Ms)} ms`, numbers };
  };
  return [
    describe('askedMs', 'from ready until the next one is asked'),
    describe('deployedMs', 'from asked until it is ready'),
  ];
}
