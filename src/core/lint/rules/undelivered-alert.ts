import type { LintRule } from '../model/input.ts';

/**
 * An alert that Flux could not deliver of late: an Alert has no status, and of those who are to hear of a failure nobody
 * does. Flux tells of no delivery, so the finding stays for a while after the endpoint is mended.
 */
export const undeliveredAlert: LintRule = {
  id: 'undelivered-alert',
  find: ({ desired, observed }) =>
    desired.objects.flatMap((object) => {
      const note = object.ref.kind === 'Alert' ? observed?.undelivered?.(object.ref) : undefined;
      if (note === undefined) return [];
      const message = `Flux ${hideAddresses(note)}: see that its provider can be reached`;
      return [{ severity: 'warning', path: object.path, message, seenIn: 'cluster' }];
    }),
};

/** A webhook's address often is its secret: only the host is told. */
function hideAddresses(text: string): string {
  return text.replace(
    /\b([a-z][a-z\d+.-]*:\/\/)(?:[^\s"'/?#]*@)?([^\s"'/?#:]*(?::\d+)?)[^\s"']*/giu,
    '$1$2/…',
  );
}
