import type { Problem } from '../validation/problem.ts';
import { describeProblem } from '../validation/problem.ts';
import { type Plan, buildBlueprint } from './build/build-blueprint.ts';
import type { Entry } from './build/entry.ts';
import { LAYERINGS, type Layering } from './build/group-layers.ts';
import { placeComments } from './place-comments.ts';
import { type Difference, type Proof, prove, proveText } from './prove.ts';
import type { Skipped } from './read/source-object.ts';
import { describeObject } from './read/source-object.ts';
import { countLines } from './write/count-lines.ts';
import { writeBlueprint } from './write/write-blueprint.ts';

/** Objects as a blueprint, proved. */
export interface Converted {
  name: string;
  namespace: string;
  /** The folder that the cluster begins with; undefined where nobody knows. */
  root: string | undefined;
  /** The folders of the clusters that deploy it; empty where it is of one cluster. */
  sharedBy: readonly string[];
  text: string;
  /** What the blueprint holds. */
  entries: Entry[];
  /** The same objects as other clusters have them in files of their own. */
  copies: readonly Entry[];
  equal: number;
  differences: Difference[];
  /** What it cannot hold. */
  skipped: Skipped[];
  /** Why no blueprint came of it; empty otherwise. */
  problems: Problem[];
}

/** What is asked for. */
export interface Conversion {
  name: string;
  namespace: string;
  /** The account of the tenant whose blueprint it is; undefined where there is none. */
  account?: string | undefined;
  root: string | undefined;
  sharedBy: readonly string[];
  copies: readonly Entry[];
  /** Default: the layering that gives the fewest lines. */
  layering?: Layering | undefined;
  report?: ((text: string) => void) | undefined;
}

/** How often a blueprint is written anew because some objects did not come out equal. */
const MAX_ROUNDS = 12;

/** Above so many components, a layer for each is not tried. */
const MAX_LAYERS = 60;

/**
 * Writes entries as a blueprint, and proves it. What does not come out equal is written in Flux's own form; what the
 * compiler refuses even so is left out, with its reason.
 */
export function convert(all: readonly Entry[], conversion: Conversion): Converted {
  const state = new State(all);
  const plan = choosePlan(all, conversion);
  for (let round = 0; ; round++) {
    conversion.report?.(`comparing ${state.entries.length} objects of ${conversion.name}`);
    const built = buildBlueprint(state.entries, {
      ...plan,
      worthwhile: state.share ? plan.worthwhile : Infinity,
      plain: state.plain,
    });
    const text = writeBlueprint(built.blueprint, placeComments(built));
    const proof = proveText(text, state.entries, built);
    const isLast = round >= MAX_ROUNDS;
    if (isLast || !state.learn(proof)) {
      return {
        name: conversion.name,
        namespace: conversion.namespace,
        root: conversion.root,
        sharedBy: conversion.sharedBy,
        text,
        entries: state.entries,
        copies: copiesOf(state.entries, conversion),
        equal: proof.equal,
        differences: proof.differences,
        skipped: state.skipped,
        problems: proof.refusals.map(({ problem }) => problem),
      };
    }
  }
}

function copiesOf(entries: readonly Entry[], { copies }: Conversion): Entry[] {
  const keys = new Set(entries.map(({ key }) => key));
  return copies.filter(({ key }) => keys.has(key));
}

/** How many characters a value that is said once must save, in the order in which it is tried. */
const WORTHWHILE = [10, 40, 120, Infinity];

/** The plan that gives the fewest lines. Each choice is tried with the best of those before it. */
function choosePlan(entries: readonly Entry[], conversion: Conversion): Plan {
  const { name, namespace, account, layering, report } = conversion;
  const plan: Plan = {
    name,
    namespace,
    account,
    layering: layering ?? 'namespace',
    folderDepth: 1,
    worthwhile: 40,
    existingFrom: 2,
    plain: new Set(),
  };
  const components = entries.filter(({ home }) => home.at === 'layers').length;
  const layerings = LAYERINGS.filter((each) => each !== 'component' || components <= MAX_LAYERS);
  const steps: ((best: Plan) => Plan[])[] = [
    (best) => (layering === undefined ? layerings.map((each) => ({ ...best, layering: each })) : [best]),
    (best) =>
      best.layering === 'folder' || layering === undefined
        ? [best, ...[1, 2, 3].map((folderDepth) => ({ ...best, layering: 'folder' as const, folderDepth }))]
        : [best],
    (best) => WORTHWHILE.map((worthwhile) => ({ ...best, worthwhile })),
    (best) => [1, 2, 3].map((existingFrom) => ({ ...best, existingFrom })),
  ];
  return steps.reduce((best, variants) => {
    report?.(`looking for the shortest way to write ${name}`);
    return shortest(entries, variants(best));
  }, plan);
}

function shortest(entries: readonly Entry[], plans: readonly Plan[]): Plan {
  const measured = plans.map((plan) => ({ plan, length: plans.length === 1 ? 0 : measure(entries, plan) }));
  return measured.reduce((best, next) => (next.length < best.length ? next : best)).plan;
}

/** So many characters weigh as much as a line. */
const LINE = 400;

/** How much there is to read in a blueprint, in lines. */
function measure(entries: readonly Entry[], plan: Plan): number {
  const text = writeBlueprint(buildBlueprint(entries, plan).blueprint);
  return countLines(text).outsideValues + text.length / LINE;
}

/** Whether the compiler refuses an object even where it stands alone and shares nothing. */
function isRefusedAlone(entry: Entry): boolean {
  const plan: Plan = {
    name: 'alone',
    namespace: entry.namespace === '' ? 'default' : entry.namespace,
    account: undefined,
    layering: 'component',
    folderDepth: 1,
    worthwhile: Infinity,
    existingFrom: 2,
    plain: new Set([entry.key]),
  };
  const { blueprint, places } = buildBlueprint([entry], plan);
  return prove(blueprint, [entry], places).refusals.length > 0;
}

/** What is known of the entries so far: which of them need Flux's own form, and which cannot be held. */
class State {
  entries: Entry[];
  share = true;
  plain: ReadonlySet<string> = new Set();
  readonly skipped: Skipped[] = [];

  constructor(entries: readonly Entry[]) {
    this.entries = [...entries];
  }

  /** Learns from a proof; returns whether another try makes sense. */
  learn({ differences, refusals }: Proof): boolean {
    const differing = differences.flatMap(({ entry }) => entry ?? []);
    const refused = refusals.flatMap(({ entry, problem }) =>
      entry === undefined ? [] : [{ entry, problem }],
    );
    const blamed = [...differing, ...refused.map(({ entry }) => entry)].filter(
      ({ key }) => !this.plain.has(key),
    );
    if (blamed.length > 0) {
      this.plain = new Set([...this.plain, ...blamed.map(({ key }) => key)]);
      return true;
    }
    const alone = refused.filter(({ entry }) => isRefusedAlone(entry));
    if (alone.length > 0) return this.#leaveOut(alone);
    if (differences.length + refusals.length === 0) return false;
    // It may be for a shared value that an object is refused or unequal.
    if (this.share) {
      this.share = false;
      return true;
    }
    this.share = refused.length > 0;
    return refused.length > 0 && this.#leaveOut(refused);
  }

  #leaveOut(refused: readonly { entry: Entry; problem: Problem }[]): boolean {
    const reasons = new Map<string, { entry: Entry; problem: Problem }>();
    for (const one of refused) if (!reasons.has(one.entry.key)) reasons.set(one.entry.key, one);
    for (const { entry, problem } of reasons.values()) {
      const { file, line } = entry.source;
      this.skipped.push({
        file,
        line,
        what: describeObject(entry),
        reason: describeProblem({ ...problem, path: '' }),
      });
    }
    this.entries = this.entries.filter(({ key }) => !reasons.has(key));
    return true;
  }
}
