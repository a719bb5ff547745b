import { warn } from '../model/finding.ts';
import type { LintRule } from '../model/input.ts';

/**
 * An alert that Flux recently failed to deliver. An Alert has no status, so whoever should learn of failures learns
 * nothing. Flux does not report deliveries that succeed, so the finding stays for a while after the endpoint is mended.
 */
export const undeliveredAlert: LintRule = {
  id: 'undelivered-alert',
  find: ({ desired, observed }, report) => {
    for (const { ref, path } of desired.objects) {
      const note = ref.kind === 'Alert' ? observed?.undelivered?.(ref) : undefined;
      if (note === undefined) continue;
      const message = `Flux ${hideAddresses(note)}: see that its provider can be reached`;
      report(warn(path, message, 'cluster'));
    }
  },
};

/** Reduces addresses to their host, because the rest of a webhook's address is often a secret. */
function hideAddresses(text: string): string {
  return text.replace(
    // It begins at the colon, because a scheme before it could begin at every letter of a long word.
    /:\/\/(?:[^\s"'/?#]*@)?([^\s"'/?#:]*(?::\d+)?)[^\s"']*/gu,
    '://$1/…',
  );
}
