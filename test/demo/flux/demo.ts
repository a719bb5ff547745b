import { rm } from 'node:fs/promises';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import type { Cleanups } from '../../harness/cleanup.ts';
import { makeFolder } from '../../harness/files.ts';
import { FluxCluster } from '../../harness/flux/flux-cluster.ts';
import { GitServer } from '../../harness/flux/servers/git-server.ts';
import { HelmRepository } from '../../harness/flux/servers/helm-repository.ts';
import { OciRegistry } from '../../harness/flux/servers/oci-registry.ts';
import { PLATFORM_CREDENTIALS, preparePlatform } from '../../harness/flux/platform.ts';
import { Webhook } from '../../harness/flux/servers/webhook.ts';
import { Observer } from '../observe.ts';
import { showDelete, showRefusal } from '../scenes.ts';
import { runDemo } from '../run.ts';
import type { Stage } from '../stage.ts';
import { type FluxScene, showCommit, showFailure, showInstall, showRepair } from './scenes.ts';

/** Shows the platform sample on real Flux: its controllers fetch from servers here, and deploy. */
await runDemo(async (stage, cleanups) => {
  const scene = await prepare(stage, cleanups);
  await showInstall(scene);
  await showCommit(scene);
  await showFailure(scene);
  await showRepair(scene);
  await showRefusal(scene);
  await showDelete(scene);
});

async function prepare(stage: Stage, cleanups: Cleanups): Promise<FluxScene> {
  stage.step("Start kube-apiserver, etcd, Flux's controllers and the operator on loopback");
  const logs = await makeFolder('demo-logs');
  cleanups.push(() => rm(logs, { recursive: true, force: true }));
  const cluster = await FluxCluster.start({ logs });
  cleanups.push(() => cluster.stop());
  const { client, address, controlPlane } = cluster;
  stage.seen(`it serves at ${controlPlane.url}`);

  stage.step('Start a Git server, a Helm repository, an OCI registry and a webhook, and fill them');
  const begin = async <T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const server = await starting;
    cleanups.push(() => server.close());
    return server;
  };
  const webhook = await begin(Webhook.start(address.host));
  const platform = await preparePlatform(client, {
    git: await begin(GitServer.start(address.host, PLATFORM_CREDENTIALS)),
    charts: await begin(HelmRepository.start(address.host)),
    registry: new OciRegistry(address.registry),
    webhook: webhook.url,
  });
  stage.seen(`the repository is at ${platform.fleet.url}`);
  const observer = await Observer.start(client);
  cleanups.push(() => observer.stop());
  const blueprint = platform.blueprint as unknown as Blueprint;
  return { stage, client, observer, blueprint, platform, webhook };
}
