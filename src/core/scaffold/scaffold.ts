import { compare } from '../values/path.ts';
import type { Choice, ScaffoldFile } from './choice.ts';
import { component } from './component.ts';
import { monorepo } from './monorepo.ts';
import { multiRepo } from './multi-repo.ts';

const BY_LAYOUT = { monorepo, 'multi-repo': multiRepo, component } as const;

/** The files of a repository, in the order of their paths; the README says what each is for, and what to do next. */
export function scaffold(choice: Choice): ScaffoldFile[] {
  const files = BY_LAYOUT[choice.layout](choice).sort((a, b) => compare(a.path, b.path));
  return [readme(files, choice), ...files];
}

function readme(files: readonly ScaffoldFile[], choice: Choice): ScaffoldFile {
  const listed = files.map(({ path, about }) => `- \`${path}\` ${about}.`);
  const steps = nextSteps(choice).map((step, i) => `${i + 1}. ${step}`);
  return {
    path: 'README.md',
    about: 'says what each file is for, and what to do next',
    content: `# A platform by Flux and FluxBlueprint

${listed.join('\n')}

## What to do next

${steps.join('\n')}
`,
  };
}

function nextSteps({ layout, sops, alerts, tenants }: Choice): string[] {
  const [repository, path] =
    layout === 'multi-repo'
      ? ['fleet-infra', 'clusters/production']
      : ['this repository', 'clusters/production'];
  const first =
    layout === 'component'
      ? ['Install Flux and the operator: `flux install`, `fluxblueprint install`.']
      : [
          `Install the operator: \`fluxblueprint install${tenants.length > 0 ? ' --lockdown' : ''}\`.`,
          `Bootstrap Flux from ${repository}: \`flux bootstrap git --url=… --path=${path}\`.`,
        ];
  return [
    ...(layout === 'multi-repo'
      ? ['Make a repository of each folder, and write its URL where `github.com/org` stands.']
      : []),
    ...first,
    ...(sops === undefined ? [] : sopsSteps(sops)),
    ...(alerts === undefined
      ? []
      : [
          `Say where alerts go: \`kubectl create secret generic ${alerts}-webhook -n flux-system --from-literal=address=https://…\`.`,
        ]),
    'Replace what stands for your own, and look at it before you push: `fluxblueprint lint .`.',
    ...(layout === 'component' ? ['Apply it: `kubectl apply -f podinfo/blueprint.yaml`.'] : []),
    `See how it comes up: \`fluxblueprint status ${layout === 'component' ? 'podinfo' : 'platform'} -n flux-system\`.`,
  ];
}

function sopsSteps(sops: string): string[] {
  const rules =
    sops === ''
      ? [
          'Write `.sops.yaml` with the public key that was printed: `fluxblueprint new --sops age1…` shows how.',
        ]
      : [];
  return [
    'Make the key that Flux decrypts with: `fluxblueprint sops keygen -n flux-system`.',
    ...rules,
    'Encrypt Secrets before you commit them: `fluxblueprint sops encrypt .`.',
  ];
}
