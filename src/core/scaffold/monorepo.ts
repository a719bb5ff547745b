import type { Choice, ScaffoldFile } from './choice.ts';
import {
  account,
  accountFiles,
  environments,
  head,
  layerFolders,
  layerPaths,
  notifications,
  secrets,
  sopsFiles,
  tenantFile,
} from './parts.ts';

const CLUSTER = 'clusters/production';

/** One repository for everything: clusters, what they need, and what runs on them. */
export function monorepo(choice: Choice): ScaffoldFile[] {
  const layers = ['infrastructure', 'apps'];
  return [
    {
      path: `${CLUSTER}/platform.yaml`,
      about: 'is the blueprint: what is deployed from where, and in which order',
      content: `${head('The platform: what the cluster needs first, then the apps.', 'platform')}${account(choice)}${secrets(choice)}  sources:
    # Made by flux bootstrap: used here, never generated.
    - { name: repository, sourceRef: { kind: GitRepository, name: flux-system } }
  layers:
    - { name: infrastructure, kustomization: {} }
    - { name: apps, dependsOn: [infrastructure], kustomization: {} }
${environments(choice, (name) => layerPaths(layers, name))}${notifications(choice)}`,
    },
    ...accountFiles(choice, CLUSTER),
    ...choice.tenants.map((tenant) => tenantFile(tenant, `${CLUSTER}/tenants`)),
    ...layerFolders(choice, 'infrastructure', 'lists what every app needs'),
    ...layerFolders(choice, 'apps', 'lists the apps'),
    ...sopsFiles(choice, ''),
  ];
}
