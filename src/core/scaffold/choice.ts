/**
 * Repositories to start from, by the usual patterns: one for everything (`monorepo.ts`), one for each concern
 * (`multi-repo.ts`), or a single component (`component.ts`). Files are texts here, and `scaffold.ts` puts them together
 * with a line on each. Begin here.
 */
import { checkRecipient } from '../grammar/age-recipients.ts';
import { checkNamespaceName } from '../grammar/names.ts';

/** How a repository can be laid out. */
export const LAYOUTS = ['monorepo', 'multi-repo', 'component'] as const;

/** Where alerts can go: all of these take their address from a Secret. */
export const ALERTS = ['slack', 'discord', 'msteams', 'googlechat', 'rocket', 'generic'] as const;

/** What is wanted. Names have been checked by {@link findFault}. */
export interface Choice {
  layout: (typeof LAYOUTS)[number];
  /** In the order in which a change reaches them. Empty: there is one, without a name. */
  environments: readonly string[];
  tenants: readonly string[];
  /** Undefined: none. An empty text: by a key that is made later; else by this public key of age. */
  sops: string | undefined;
  alerts: (typeof ALERTS)[number] | undefined;
}

/** A file of the repository. */
export interface ScaffoldFile {
  /** Below the folder of the repository. */
  path: string;
  /** What it is for, in one line. */
  about: string;
  content: string;
}

/** The most names of one flag. */
const MAX_NAMES = 50;

/** Says what is wrong with a choice; undefined if nothing is. */
export function findFault({ layout, environments, tenants, sops = '' }: Choice): string | undefined {
  const fault = findWrongNames('--environments', environments) ?? findWrongNames('--tenants', tenants);
  if (fault !== undefined) return fault;
  // What was given may be a private key.
  if (sops !== '' && (!sops.startsWith('age1') || checkRecipient(sops) !== undefined))
    return '--sops takes a public key of age, age1…, which fluxblueprint sops keygen prints';
  if (layout === 'component' && tenants.length > 0) return '--tenants goes with monorepo and multi-repo only';
  return undefined;
}

function findWrongNames(flag: string, names: readonly string[]): string | undefined {
  if (names.length > MAX_NAMES) return `${flag} takes at most ${MAX_NAMES} names`;
  const wrong = names.find((name) => checkNamespaceName(name) !== undefined || name.length > 40);
  if (wrong !== undefined)
    return `${flag}: ${JSON.stringify(wrong.slice(0, 80))} must be small letters, digits and hyphens, 40 at most`;
  return new Set(names).size < names.length ? `${flag} names one twice` : undefined;
}
