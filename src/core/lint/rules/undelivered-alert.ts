import type { LintRule } from '../model/input.ts';

/**
 * An alert that Flux recently failed to deliver. An Alert has no status, so whoever should learn of failures learns
 * nothing. Flux does not report deliveries that succeed, so the finding stays for a while after the endpoint is mended.
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

/** Reduces addresses to their host, because the rest of a webhook's address is often a secret. */
function hideAddresses(text: string): string {
  return text.replace(
    /\b([a-z][a-z\d+.-]*:\/\/)(?:[^\s"'/?#]*@)?([^\s"'/?#:]*(?::\d+)?)[^\s"']*/giu,
    '$1$2/…',
  );
}
