import type { Imported } from './import-repository.ts';
import type { Converted } from './convert.ts';
import { describeProblem } from '../validation/problem.ts';
import { type Note, type Place, type Skipped, describeObject } from './read/source-object.ts';

/** What an import came to, for programs. Lines are those that say something: no comments, no empty ones. */
export interface ImportSummary {
  /** How many objects the blueprints are to hold: those of a shared one in each of its clusters. */
  objects: number;
  /** How many of them come out equal. */
  equal: number;
  differences: { file: string; line: number; object: string; path: string }[];
  linesBefore: number;
  linesAfter: number;
  linesBeforeOutsideValues: number;
  linesAfterOutsideValues: number;
  skipped: Skipped[];
  notes: Note[];
  /** `sharedBy` names the folders of the clusters that deploy a blueprint; empty where it is of one cluster. */
  blueprints: {
    name: string;
    objects: number;
    equal: number;
    problems: string[];
    sharedBy: readonly string[];
  }[];
}

/** Sums up an import. */
export function summarize({ blueprints, skipped, notes, before, after }: Imported): ImportSummary {
  return {
    ...countObjects(blueprints),
    differences: blueprints.flatMap(differencesOf),
    linesBefore: before.all,
    linesAfter: after.all,
    linesBeforeOutsideValues: before.outsideValues,
    linesAfterOutsideValues: after.outsideValues,
    skipped,
    notes,
    blueprints: blueprints.map(({ name, entries, equal, problems, sharedBy }) => ({
      name,
      objects: entries.length,
      equal,
      problems: problems.map(describeProblem),
      sharedBy,
    })),
  };
}

function countObjects(blueprints: readonly Converted[]): { objects: number; equal: number } {
  const times = ({ sharedBy }: Converted): number => Math.max(1, sharedBy.length);
  return {
    objects: sum(blueprints.map((blueprint) => blueprint.entries.length * times(blueprint))),
    equal: sum(blueprints.map((blueprint) => blueprint.equal * times(blueprint))),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function differencesOf({ differences, name }: Converted): ImportSummary['differences'] {
  return differences.map(({ entry, path }) =>
    entry === undefined
      ? { file: `${name}.yaml`, line: 1, object: path, path: 'nobody asked for it' }
      : { file: entry.source.file, line: entry.source.line, object: describeObject(entry), path },
  );
}

/** Whether every object comes out equal, and every blueprint is one that the operator takes. */
export function isEqual({ blueprints }: Imported): boolean {
  return blueprints.every(
    ({ differences, problems, equal, entries }) =>
      differences.length + problems.length === 0 && equal === entries.length,
  );
}

/** An import for people: what was left out and why, what differs, and what it came to in the last line. */
export function describeImport(imported: Imported): string {
  const summary = summarize(imported);
  const lines = [
    ...imported.skipped.map(
      ({ what, reason, ...place }) => `skipped: ${describePlace(place)}: ${what}: ${reason}`,
    ),
    ...imported.notes.map(({ message, ...place }) => `note: ${describePlace(place)}: ${message}`),
    ...summary.blueprints.flatMap(({ name, problems }) =>
      problems.map((problem) => `error: ${name}: ${problem}`),
    ),
    ...summary.differences.map(
      ({ object, path, ...place }) => `different: ${describePlace(place)}: ${object}: ${path}`,
    ),
    `${countProof(imported)}, in ${summary.linesAfter} lines instead of ${summary.linesBefore}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** The proof in a few words: `7 of 7 objects equal`. */
export function countProof({ blueprints }: Imported): string {
  const { objects, equal } = countObjects(blueprints);
  return `${equal} of ${objects} objects equal`;
}

function describePlace({ file, line }: Place): string {
  return `${file}:${line}`;
}
