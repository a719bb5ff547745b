import { rm } from 'node:fs/promises';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import type { Ends } from '../../harness/ends.ts';
import { makeFolder } from '../../e2e/files.ts';
import { FluxCluster } from '../../e2e/flux-cluster.ts';
import { GitServer } from '../../e2e/git-server.ts';
import { HelmRepository } from '../../e2e/helm-repository.ts';
import { OciRegistry } from '../../e2e/oci-registry.ts';
import { PLATFORM_CREDENTIALS, preparePlatform } from '../../e2e/platform.ts';
import { Webhook } from '../../e2e/webhook.ts';
import { Observer } from '../observe.ts';
import { showDelete, showRefusal } from '../scenes.ts';
import { runDemo } from '../run.ts';
import type { Stage } from '../stage.ts';
import { type FluxScene, showCommit, showFailure, showInstall, showRepair } from './scenes.ts';

/** Shows the platform sample on real Flux: its controllers fetch from servers here, and deploy. */
await runDemo(async (stage, ends) => {
  const scene = await prepare(stage, ends);
  await showInstall(scene);
  await showCommit(scene);
  await showFailure(scene);
  await showRepair(scene);
  await showRefusal(scene);
  await showDelete(scene);
});

async function prepare(stage: Stage, ends: Ends): Promise<FluxScene> {
  stage.step("Start kube-apiserver, etcd, Flux's controllers and the operator on loopback");
  const logs = await makeFolder('demo-logs');
  ends.push(() => rm(logs, { recursive: true, force: true }));
  const cluster = await FluxCluster.start({ logs });
  ends.push(() => cluster.stop());
  const { client, address, controlPlane } = cluster;
  stage.seen(`it serves at ${controlPlane.url}`);

  stage.step('Start a Git server, a Helm repository, an OCI registry and a webhook, and fill them');
  const begin = async <T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const server = await starting;
    ends.push(() => server.close());
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
  ends.push(() => observer.stop());
  const blueprint = platform.blueprint as unknown as Blueprint;
  return { stage, client, observer, blueprint, platform, webhook };
}
