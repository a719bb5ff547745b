import { readFile } from 'node:fs/promises';
import { generateX25519Identity } from 'age-encryption';
import { parse } from 'yaml';
import type { KubeObject } from '../../../src/api/object.ts';
import type { Spec } from '../../../src/api/schema/spec.ts';
import type { TestClient } from '../api-server/client.ts';
import type { Files } from '../files.ts';
import type { GitRepository } from './servers/git-repository.ts';
import type { GitCredentials, GitServer } from './servers/git-server.ts';
import type { HelmRepository } from './servers/helm-repository.ts';
import { configMap, configMapYaml, secret } from './manifests.ts';
import type { OciRegistry } from './servers/oci-registry.ts';

const sample = new URL('../../../config/samples/platform.yaml', import.meta.url);

/** The namespace of the platform sample, and of the ConfigMaps that it deploys. */
export const PLATFORM_NAMESPACE = 'flux-system';

/** The credentials of the platform's Git server; they are in its Secret `flux-system`. */
export const PLATFORM_CREDENTIALS: GitCredentials = { username: 'flux', password: 'only-for-tests' };

/** The servers that the platform fetches from. */
export interface PlatformServers {
  /** It takes {@link PLATFORM_CREDENTIALS}. */
  git: GitServer;
  charts: HelmRepository;
  registry: OciRegistry;
  /** The URL of a webhook for its alerts. */
  webhook: string;
}

/** The platform sample with its sources pointed at local servers, and the repository of its layers. */
export interface Platform {
  blueprint: KubeObject & { spec: Spec };
  fleet: GitRepository;
  /** The revision of `fleet`, in Flux's form. */
  revision: string;
}

/** Publishes what config/samples/platform.yaml fetches, and creates the Secrets and the ConfigMap that it needs. */
export async function preparePlatform(client: TestClient, servers: PlatformServers): Promise<Platform> {
  const { git, charts, registry, webhook } = servers;
  const { username, password } = PLATFORM_CREDENTIALS;
  const needed = [
    secret(PLATFORM_NAMESPACE, 'flux-system', { username, password }),
    secret(PLATFORM_NAMESPACE, 'sops-age', { 'e2e.agekey': await generateX25519Identity() }),
    secret(PLATFORM_NAMESPACE, 'cluster-secrets', { TOKEN: 'only-for-tests' }),
    secret(PLATFORM_NAMESPACE, 'discord-webhook', { address: `${webhook}/discord` }),
    configMap(PLATFORM_NAMESPACE, 'cluster-vars', { REGION: 'eu-north-1' }),
  ];
  for (const object of needed) await client.apply(object);
  const fleet = await git.createRepository('fleet');
  const revision = await fleet.commit(platformFiles());
  await charts.publish({ name: 'kube-prometheus', version: '9.1.0' });
  await registry.pushFiles('manifests/podinfo', 'latest', { 'podinfo.yaml': '' });
  const blueprint = parse(await readFile(sample, 'utf8')) as Platform['blueprint'];
  return { blueprint: pointAt(blueprint, fleet.url, servers), fleet, revision };
}

/** A ConfigMap for the repository, with a variable of the platform, and more data. */
export function deployYaml(name: string, data: Record<string, string> = {}): string {
  return configMapYaml(PLATFORM_NAMESPACE, name, { cluster: '${CLUSTER_NAME}', ...data });
}

function platformFiles(): Files {
  return {
    'infrastructure/kustomization.yaml': 'resources: [infrastructure.yaml]\n',
    'infrastructure/infrastructure.yaml': deployYaml('infrastructure', { region: '${REGION}' }),
    'infrastructure/dashboards/dashboards.yaml': deployYaml('dashboards'),
    'clusters/production/configs/configs.yaml': deployYaml('configs'),
    'apps/apps.yaml': deployYaml('apps', { domain: '${DOMAIN}' }),
    'docs/not-deployed.yaml': 'This is no YAML of Kubernetes.\n',
  };
}

function pointAt(
  blueprint: Platform['blueprint'],
  fleet: string,
  { charts, registry }: PlatformServers,
): Platform['blueprint'] {
  const [git, oci, helm] = blueprint.spec.sources ?? [];
  const sources = [
    { ...git, git: { ...git?.git, url: fleet } },
    { ...oci, oci: { ...oci?.oci, url: registry.url('manifests/podinfo'), insecure: true } },
    { ...helm, helm: { ...helm?.helm, url: charts.url } },
  ] as Spec['sources'];
  return { ...blueprint, spec: { ...blueprint.spec, ...(sources === undefined ? {} : { sources }) } };
}
