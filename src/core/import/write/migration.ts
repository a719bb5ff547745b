/** A blueprint to migrate to, and what it takes the place of. */
export interface MigrationStep {
  /** The name of the blueprint; its file is `<name>.yaml`. */
  name: string;
  namespace: string;
  objects: number;
  /** The folder that the cluster begins with; undefined where nobody knows. */
  folder: string | undefined;
  /** The folders of the clusters that deploy it; empty where it is of one cluster. */
  sharedBy: readonly string[];
  /** The namespaces of its objects beside its own, sorted. */
  namespaces: readonly string[];
  /** The files that hold nothing else. */
  whole: readonly string[];
  /** The files that hold other documents too, with the lines of those that go. */
  partial: readonly { file: string; lines: readonly number[] }[];
  /** The files of kustomize that name such files. */
  named: readonly string[];
  /** The files of kustomize that change what other files of kustomize take from such files. */
  changing: readonly string[];
  /** The objects that go, where nobody knows the files. */
  live: readonly string[];
}

/** What a migration has to say beside its steps. */
export interface Migration {
  /** The proof, as `7 of 7 objects equal`. */
  proof: string;
  steps: readonly MigrationStep[];
  /** Files of several blueprints. */
  shared: readonly string[];
  skipped: readonly string[];
  notes: readonly string[];
}

/** The page that says what to do next: for each blueprint two commits. */
export function writeMigration({ proof, steps, shared, skipped, notes }: Migration): string {
  return `${[
    '# Migration to FluxBlueprint',
    '',
    `\`fluxblueprint import\` compiled what it wrote and compared every object with the files: ${proof}.`,
    'For each blueprint there are two commits. Between them, and after them, nothing that is deployed is deleted or made anew.',
    ...steps.flatMap((step) => describeStep(step)),
    ...listed('Files of several clusters', SHARED, shared),
    ...listed('What to know', 'Compare these with what is in the cluster before the first commit.', notes),
    ...listed('What stays as it is', 'No blueprint took these; they need nothing.', skipped),
    '',
    '## The way back',
    '',
    'Set `deletionPolicy: Orphan` on the blueprint, commit what `fluxblueprint render --plain` prints of it in its place, and delete the blueprint. What it made stays.',
  ].join('\n')}\n`;
}

const SHARED = 'Remove these only with the second commit of the last cluster that deploys them.';

function describeStep(step: MigrationStep): string[] {
  const { name, namespace, objects } = step;
  const target = targetOf(step);
  return [
    '',
    `## ${name}: ${objects} ${objects === 1 ? 'object' : 'objects'}`,
    '',
    `### Commit 1: add the blueprint`,
    '',
    '1. Give every object in the files of commit 2 this annotation, so that no Kustomization deletes it when its file goes:',
    '',
    '   ```yaml',
    '   metadata: { annotations: { kustomize.toolkit.fluxcd.io/prune: disabled } }',
    '   ```',
    '',
    `2. Copy \`${name}.yaml\` to \`${target}\`${whereToName(step)}`,
    ...rights(step),
    '',
    '```sh',
    `git add ${quote(target)} && git add --update && git commit --message ${quote(`Add the blueprint ${name}`)} && git push`,
    `kubectl --namespace ${namespace} wait fluxblueprint/${name} --for=condition=Ready --timeout=15m`,
    '```',
    '',
    'The blueprint says `adoption: Adopt`: it takes over the objects that are there.',
    '',
    '### Commit 2: remove what the blueprint says now',
    '',
    `Only when the first commit is in the cluster, and \`fluxblueprint import --check ${targetOf(step)}\` says that this is safe.`,
    '',
    ...removal(step),
  ];
}

/** Where the blueprint goes: into the folder of its cluster, or one beside those of the clusters that share it. */
function targetOf({ name, folder, sharedBy }: MigrationStep): string {
  const at = sharedBy.length > 0 ? `${commonFolder(sharedBy)}/${name}` : (folder ?? '');
  return `${at}/${name}.yaml`.replace(/^\/+/, '');
}

function commonFolder([first = '', ...others]: readonly string[]): string {
  let at = first;
  while (at !== '' && !others.every((other) => `${other}/`.startsWith(`${at}/`)))
    at = at.slice(0, Math.max(0, at.lastIndexOf('/')));
  return at;
}

function whereToName(step: MigrationStep): string {
  if (step.sharedBy.length === 0) return ', and name it in the `kustomization.yaml` there if there is one.';
  const folders = step.sharedBy
    .map((root) => `\`${root === '' ? '.' : root}/kustomization.yaml\``)
    .join(', ');
  return `, and name it in ${folders}, because these clusters have its objects alike. Where there is no such file yet, \`kustomize create --autodetect --recursive\` makes one.`;
}

function rights({ namespace, namespaces }: MigrationStep): string[] {
  if (namespaces.length === 0) return [];
  const list = namespaces.map((name) => `\`${name}\``).join(', ');
  return [
    `3. The blueprint writes to ${list} beside \`${namespace}\`: give it a \`serviceAccountName\` with rights there, or run the operator with rights for blueprints of \`${namespace}\`.`,
  ];
}

function removal({ name, whole, partial, named, changing, live }: MigrationStep): string[] {
  if (live.length > 0)
    return [
      'Remove from your repository what defines these objects, wherever that is:',
      '',
      ...live.map((object) => `- ${object}`),
    ];
  const edits = partial.map(
    ({ file, lines }) =>
      `- In \`${file}\` remove the ${lines.length === 1 ? 'document' : 'documents'} at line ${lines.join(', ')}.`,
  );
  const mentions = named.map((file) => `- In \`${file}\` remove the names of the files that go.`);
  const patches = changing.map(
    (file) => `- In \`${file}\` remove the patches of the objects that go, and the files of those patches.`,
  );
  return [
    ...edits,
    ...mentions,
    ...patches,
    ...(edits.length + mentions.length + patches.length === 0 ? [] : ['']),
    '```sh',
    ...(whole.length === 0 ? [] : [`git rm ${whole.map(quote).join(' \\\n  ')}`]),
    `git add --update && git commit --message ${quote(`Remove what the blueprint ${name} says`)} && git push`,
    '```',
  ];
}

function quote(text: string): string {
  return /^[\w./@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function listed(title: string, about: string, items: readonly string[]): string[] {
  if (items.length === 0) return [];
  return ['', `## ${title}`, '', about, '', ...items.map((item) => `- ${item}`)];
}
