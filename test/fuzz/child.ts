import { type Genome, buildSpec } from './genome.ts';
import { plainSpec } from './bases.ts';
import { type Cost, measureSpec } from './measure.ts';

/** What a child is asked: a genome, or a plain blueprint of so many bytes and environments. */
export type Question = { genome: Genome } | { plain: { bytes: number; environments: number } };

/** What it answers; undefined where the genome makes no blueprint. */
export type Answer = { cost: Cost | undefined };

// A process that measures what its parent asks, one question after the other, until the parent is gone.
process.on('message', (question: Question) => {
  const spec =
    'genome' in question
      ? buildSpec(question.genome)
      : plainSpec(question.plain.bytes, question.plain.environments);
  const answer: Answer = { cost: spec === undefined ? undefined : measureSpec(spec) };
  process.send?.(answer);
});
process.on('disconnect', () => {
  process.exit();
});
