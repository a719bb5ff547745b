import { BlueprintReader } from '../../../src/core/input/blueprint-reader.ts';
import { type Report, type Unread, createReport } from '../../../src/core/report/report.ts';
import { review } from '../../../src/core/review/review.ts';

/** Lints texts as the command does, each as an input of its name. */
export function lintTexts(texts: Readonly<Record<string, string>>, unread: readonly Unread[] = []): Report {
  const reader = new BlueprintReader(true);
  for (const [input, text] of Object.entries(texts)) reader.add(input, new TextEncoder().encode(text));
  const { blueprints, problems } = reader.result();
  const reviewed = Object.keys(texts).flatMap((input) => {
    const group = blueprints.filter((blueprint) => blueprint.input === input);
    const reviews = review(group.map(({ value }) => value));
    return group.flatMap((blueprint, i) => {
      const found = reviews[i];
      return found === undefined ? [] : [{ blueprint, review: found }];
    });
  });
  return createReport(problems, reviewed, unread);
}
