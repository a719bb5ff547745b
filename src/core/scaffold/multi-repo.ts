import type { Choice, ScaffoldFile } from './choice.ts';
import {
  account,
  accountFiles,
  environments,
  head,
  kustomizeFolder,
  layerFolders,
  layerPaths,
  notifications,
  secrets,
  sopsFiles,
  tenantFile,
} from './parts.ts';

const CLUSTER = 'fleet-infra/clusters/production';
const COMPONENTS = 'platform-components';

/** A folder for each repository to be: that of the fleet, that of shared components, and one for each team. */
export function multiRepo(choice: Choice): ScaffoldFile[] {
  const layers = ['cert-manager', 'monitoring'];
  return [
    {
      path: `${CLUSTER}/platform.yaml`,
      about: 'is the blueprint of the platform team: shared components, and in which order they come',
      content: `${head('The platform: the components that all teams share.', 'platform')}${account(choice)}${secrets(choice)}  sources:
    - name: ${COMPONENTS}
      git: { url: https://github.com/org/${COMPONENTS}, ref: { semver: 1.x } }
  layers:
    - { name: cert-manager, kustomization: {} }
    - { name: monitoring, dependsOn: [cert-manager], kustomization: {} }
${environments(choice, (name) => layerPaths(layers, name))}${notifications(choice)}`,
    },
    ...accountFiles(choice, CLUSTER),
    ...choice.tenants.map((tenant) => tenantFile(tenant, `${CLUSTER}/tenants`)),
    ...layers.flatMap((layer) =>
      layerFolders(choice, `${COMPONENTS}/${layer}`, `lists what ${layer} is made of`),
    ),
    ...choice.tenants.flatMap((tenant) =>
      kustomizeFolder(
        `${tenant}-apps`,
        'app',
        `lists the apps of the tenant ${tenant}, in its own repository`,
      ),
    ),
    ...sopsFiles(choice, `${COMPONENTS}/`),
  ];
}
