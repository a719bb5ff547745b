import type { DesiredObject } from '../../objects/desired.ts';
import type { Breach, ReportBreach } from './finding.ts';

/** Checks objects one after the other, and reports what the check finds in each. */
export function checkEach(
  objects: readonly DesiredObject[],
  check: (object: DesiredObject) => Iterable<Breach>,
  report: ReportBreach,
): void {
  for (const object of objects) for (const breach of check(object)) report(breach);
}
