/**
 * What the help and `docs/cli.md` say of each command beyond its flags: an example, which a test runs, and the rights
 * that it needs, with which the test runs it (`entries.ts`). A command without an entry fails a test. Begin here.
 */

/** A right that a command needs on the cluster, in the words of RBAC. */
export interface Right {
  verbs: readonly string[];
  /** The plural with the group: `fluxblueprints.fluxblueprint.io`. */
  resource: string;
  /** Where: by default the namespace that the command works in. */
  scope?: 'cluster';
  /** When it is needed, as the end of a sentence: `with -A`. Default: always. */
  when?: string;
}

/** What is said of a command. */
export interface Entry {
  /** A line of a shell. Its blueprint is `platform` in the namespace `flux-system`, or a file below `blueprints`. */
  example: string;
  /** What the example does, in a sentence without its full stop. */
  says: string;
  /** Those that it always needs, then those of some cases; or all in words. None: no cluster is asked. */
  rights: readonly Right[] | string;
}

/** The rights of an entry in words, one for each line. */
export function describeRights(rights: Entry['rights']): string[] {
  if (typeof rights === 'string') return [rights];
  if (rights.length === 0) return ['none: it asks no cluster'];
  return rights.map(({ verbs, resource, scope, when }) =>
    [
      `${joinVerbs(verbs)} on ${resource}`,
      scope === 'cluster' ? ' in the whole cluster' : '',
      when === undefined ? '' : `, ${when}`,
    ].join(''),
  );
}

function joinVerbs(verbs: readonly string[]): string {
  return verbs.length < 2 ? verbs.join('') : `${verbs.slice(0, -1).join(', ')} and ${verbs.at(-1) ?? ''}`;
}
