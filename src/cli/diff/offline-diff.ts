import { relative, resolve } from 'node:path';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import { type BlueprintDiff, changesOf, pairObjects } from '../../core/diff/changes.ts';
import type { InputBlueprint } from '../../core/input/blueprint-reader.ts';
import { type InputArgument, nameInput, parseInputArgument } from '../../core/input/input-argument.ts';
import { type BlueprintKey, toKey } from '../../core/objects/ownership.ts';
import { type Review, review } from '../../core/review/review.ts';
import { describeProblem } from '../../core/validation/problem.ts';
import { placeBlueprints } from '../input/namespace.ts';
import { type ReadInputs, readInputs } from '../input/read-inputs.ts';
import { ExitError, type Streams } from '../terminal/streams.ts';
import { type DiffContext, type DiffOptions, FAILED, refuseUnread } from './diff-context.ts';

/** Blueprints of one side, each with what it becomes. */
interface Reviewed {
  blueprint: Blueprint;
  review: Review;
  /** Where it stands, whatever revision that is of. */
  path: string;
}

/** Compares blueprints with those of other files, or of a revision in Git. No cluster is asked. */
export async function diffOffline(
  inputs: readonly InputArgument[],
  against: string,
  options: DiffOptions,
  context: DiffContext,
): Promise<BlueprintDiff[]> {
  const { command, streams } = context;
  const others = readAgainst(against, inputs);
  if (typeof others === 'string') return command.error(`error: option '--against <file>': ${others}`);
  const sides = [others.inputs, inputs] as const;
  const read = await Promise.all(sides.map((side) => readInputs(side, { command, locate: false }, streams)));
  const [before, after] = read as [ReadInputs, ReadInputs];
  // Blueprints come and go: a side without any is none that cannot be read, as long as the other has some.
  const isEmpty = before.blueprints.length + after.blueprints.length === 0;
  for (const [i, { failures, problems }] of [before, after].entries())
    refuseUnread(
      {
        failures: failures.filter(({ missing }) => isEmpty || i > 0 || missing !== true || !others.guessed),
        problems: problems.filter(({ rule }) => isEmpty || rule !== 'no-blueprint'),
      },
      streams,
    );
  const reviewed = [
    await reviewAll(before.blueprints, options, streams),
    await reviewAll(after.blueprints, options, streams),
  ] as const;
  const compared = `with ${others.inputs.map(nameInput).join(', ')}, without a cluster`;
  return diffReviewed(...reviewed, compared);
}

/** What is compared with, or what is wrong with it, in a sentence. */
type Against = { inputs: InputArgument[]; guessed: boolean } | string;

/** Reads `--against`: a FILE, or `git:REV`, which stands for the same paths of that revision. */
function readAgainst(text: string, inputs: readonly InputArgument[]): Against {
  const isRevision = /^git:[^:]+$/.test(text);
  const read = parseInputArgument(isRevision ? `${text}:.` : text);
  if ('fault' in read) return read.fault;
  if (!isRevision || read.from !== 'git') return { inputs: [read], guessed: false };
  if (inputs.some(({ from }) => from === 'stdin'))
    return 'standard input has no path in a revision: write git:REV:PATH.';
  const { revision } = read;
  const same = inputs.map((input) => ({ from: 'git', revision, path: pathIn(input) }) as const);
  return { inputs: same, guessed: true };
}

/** The path of an input in any revision: as Git has it, from the current folder on. */
function pathIn(input: InputArgument): string {
  if (input.from === 'git') return input.path;
  const path = relative(process.cwd(), resolve(input.from === 'path' ? input.path : '.'));
  // A dot alone would be the root of the repository.
  if (path === '') return './.';
  return path.startsWith('..') ? path : `./${path}`;
}

/** Reviews the blueprints of each input for itself: a repository may hold those of several clusters. */
async function reviewAll(
  blueprints: readonly InputBlueprint[],
  options: DiffOptions,
  streams: Streams,
): Promise<Reviewed[]> {
  const placed = await placeBlueprints(blueprints, options, streams);
  const reviews = new Map<number, Review>();
  for (const group of Map.groupBy(blueprints.keys(), (i) => blueprints[i]?.input).values())
    review(group.map((i) => placed[i])).forEach((one, k) => reviews.set(group[k] ?? 0, one));
  const refusals = blueprints.flatMap(({ where }, i) =>
    (reviews.get(i)?.comments ?? [])
      .filter(({ refuses }) => refuses)
      .map((comment) => `error: ${where}: ${describeProblem(comment)}\n`),
  );
  for (const refusal of refusals) streams.err(refusal);
  if (refusals.length > 0) throw new ExitError(FAILED);
  return blueprints.flatMap(({ input }, i) => {
    const one = reviews.get(i);
    return one === undefined
      ? []
      : [{ blueprint: placed[i] as Blueprint, review: one, path: plainPath(input) }];
  });
}

/** The path of an input, whatever revision it is of. */
function plainPath(input: string): string {
  return input.replace(/^git:[^:]*:/, '').replace(/^\.\//, '');
}

/**
 * Pairs the blueprints of both sides by name, and where a repository has several of one name, for several clusters, by
 * their paths first. Those that have gone come first.
 */
function diffReviewed(
  before: readonly Reviewed[],
  after: readonly Reviewed[],
  compared: string,
): BlueprintDiff[] {
  const left = new Set(before);
  const take = (isIt: (one: Reviewed) => boolean): Reviewed | undefined => {
    const found = [...left].find(isIt);
    if (found !== undefined) left.delete(found);
    return found;
  };
  const isSame = (a: Reviewed, b: Reviewed): boolean => toKey(a.review.key) === toKey(b.review.key);
  const byPath = new Map(
    after.map((one) => [one, take((other) => isSame(one, other) && one.path === other.path)]),
  );
  const pairs = after.map((one) => [byPath.get(one) ?? take((other) => isSame(one, other)), one] as const);
  return [
    ...[...left].map((one) => diffOne(one.review.key, one, undefined, compared)),
    ...pairs.map(([old, one]) => diffOne(one.review.key, old, one, compared)),
  ];
}

function diffOne(
  key: BlueprintKey,
  before: Reviewed | undefined,
  after: Reviewed | undefined,
  compared: string,
): BlueprintDiff {
  const [old, present] = [before, after].map((one) => one?.review.desired?.objects ?? []);
  // What a blueprint leaves behind when it is deleted is as it was.
  const orphaned = after === undefined && before?.blueprint.spec.deletionPolicy === 'Orphan';
  const pairs = orphaned ? [] : pairObjects(old ?? [], present ?? []);
  const hasEnvironments = [before, after].some((one) => (one?.review.desired?.environments.length ?? 0) > 0);
  return { key, compared, hasEnvironments, ...changesOf(pairs), refusals: [] };
}
