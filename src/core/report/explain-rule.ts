import type { AntiPattern } from '../../api/schema/policy.ts';

/** What a rule finds, and what to do in general; the message of an entry says what to do there. */
export interface RuleHelp {
  finds: string;
  remedy: string;
}

const help = (finds: string, remedy: string): RuleHelp => ({ finds, remedy });

/** The rules of good practice. */
const GOOD_PRACTICE: Readonly<Record<AntiPattern | 'unused-exception', RuleHelp>> = {
  'direct-apply': help(
    'Another manager owns fields of a generated object.',
    'Change the blueprint instead, and take the fields away from the other manager.',
  ),
  'empty-blueprint': help(
    'The blueprint generates nothing.',
    'Add a source and a layer, or delete the blueprint.',
  ),
  'forgotten-suspension': help(
    'Something has been suspended for long, and no end is set.',
    'Resume it, or set an end to the suspension.',
  ),
  'missing-depends-on': help(
    'A layer stands outside of the order of the others.',
    'Name in dependsOn what the layer needs.',
  ),
  'missing-reference': help(
    'Something is named that does not exist, or in another namespace only.',
    'Make it in that namespace, or correct the name.',
  ),
  'mutable-ref': help(
    'What is fetched can change though nobody changes the blueprint.',
    'Name a version, a tag that stays, a branch or a commit.',
  ),
  'no-decryption': help(
    'A Kustomization decrypts nothing though the blueprint has SOPS.',
    'Let the Kustomization inherit the decryption, or move it to a blueprint without SOPS.',
  ),
  'own-account': help(
    'Flux would apply an object as another account than that of the blueprint.',
    'Leave the account of the object out, or make an exception.',
  ),
  'plaintext-secret': help(
    'A credential stands in the blueprint as plain text.',
    'Move it to a Secret, refer to that, and replace the credential.',
  ),
  'renamed-release': help(
    'A Helm release would be uninstalled and installed anew under another name.',
    'Set releaseName to the name that it has.',
  ),
  'shared-path': help(
    'Two Kustomizations deploy the same to the same place.',
    'Give one of them another path, targetNamespace, namePrefix or cluster.',
  ),
  'shared-release': help(
    'Two HelmReleases are one Helm release.',
    'Give one of them another releaseName, storageNamespace or cluster.',
  ),
  'shared-secret': help(
    'Several environments make the same Secret.',
    'Give each environment a target of its own.',
  ),
  'short-interval': help(
    'An interval is so short that the API server or the source may throttle.',
    'Raise the interval, and add a receiver where a push must be seen at once.',
  ),
  'two-managers': help(
    'A generated object is applied by a parent too.',
    'Remove the object from what the parent applies.',
  ),
  'unbounded-wait': help('A wait or a retry has no sensible end.', 'Set a timeout, and a number of retries.'),
  'undelivered-alert': help('Flux could not deliver an alert.', 'Correct the provider, or its Secret.'),
  'unreachable-path': help(
    'A Kustomization deploys a folder that its source leaves out.',
    'Add the folder to onlyPaths or sparseCheckout of the source, or correct the path.',
  ),
  'wildcard-source': help(
    'An alert or a receiver is about everything of a kind in a namespace.',
    'Name the objects, or leave the list out for those of the blueprint.',
  ),
  'wrong-dependency': help(
    "Flux's own dependsOn names something of another kind, for which it never waits.",
    'Name it in dependsOn of the layer or component instead.',
  ),
  'unused-exception': help(
    'An exception of the policy matches nothing.',
    'Remove it, or correct its target.',
  ),
};

/** The rules for which a blueprint cannot be read, or is refused, as far as one can say more than the message. */
const PROBLEMS: Readonly<Record<string, RuleHelp>> = {
  'both-forms': help('The same is said in two ways.', 'Keep one of the two.'),
  duplicate: help('An item of a list stands there twice.', 'Leave one out, or give it another name.'),
  encoding: help('The file is not UTF-8.', 'Save it as UTF-8.'),
  'hears-nothing': help('An alert has nothing to listen to.', 'Name what it is about, or leave it out.'),
  misplaced: help('A field means nothing where it stands.', 'Leave it out, or move it.'),
  'missing-field': help('A field is missing that is needed.', 'Add it.'),
  'missing-source': help('It is not said where to fetch from.', 'Name a source.'),
  'not-allowed': help('A value is none of those that are allowed.', 'Choose one of them.'),
  'reserved-label': help("A label is the operator's own.", 'Leave it out.'),
  'same-blueprint': help('A blueprint stands in the input twice.', 'Leave one out, or give it another name.'),
  'same-object': help('Two items become the same object.', 'Give one of them another name or namespace.'),
  'too-large': help('The input, or what it becomes, is too large.', 'Split it.'),
  'unknown-field': help('A field is not known.', 'Correct its name, or leave it out.'),
  'unknown-name': help('A name stands for nothing.', 'Correct it, or add what it names.'),
  'wrong-type': help('A value is of another type than its field.', 'Write a value of that type.'),
  yaml: help('The input is not valid YAML or JSON as Kubernetes reads it.', 'Correct it where it is told.'),
};

const OTHER = help('The operator would refuse the blueprint.', 'Correct it as the message says.');
const MORE = help('There is more than is listed.', 'Mend what is listed, and look again.');

/** Explains a rule, also one that is not listed. */
export function explainRule(rule: string): RuleHelp {
  if (rule.startsWith('more-')) return MORE;
  const known: Readonly<Partial<Record<string, RuleHelp>>> = { ...PROBLEMS, ...GOOD_PRACTICE };
  return (Object.hasOwn(known, rule) ? known[rule] : undefined) ?? OTHER;
}
