import type { KubeObject } from '../../../src/api/object.ts';
import type { Condition } from '../../../src/api/schema/status.ts';
import { assessHealth } from '../../../src/core/health/health.ts';
import type { TestClient } from '../../harness/api-server/client.ts';
import { requestReconcile } from '../../harness/flux/request-reconcile.ts';
import { deployYaml, type Platform, PLATFORM_NAMESPACE } from '../../harness/flux/platform.ts';
import type { Webhook } from '../../harness/flux/servers/webhook.ts';
import { type Scene, showDrift } from '../scenes.ts';
import { followTree } from './follow.ts';

/** What the scenes on real Flux share. */
export interface FluxScene extends Scene {
  platform: Platform;
  webhook: Webhook;
}

/** Applies the blueprint and shows how Flux deploys it, until all of it is there. */
export async function showInstall(scene: FluxScene): Promise<void> {
  const { stage, client, blueprint } = scene;
  stage.step('Apply one blueprint: config/samples/platform.yaml, its sources served here');
  const at = performance.now();
  await client.apply(blueprint);
  await followTree(scene, at, isReady);
  stage.seen('all of it is deployed, in order', performance.now() - at, 'install: all layers deployed');
  for (const name of ['infrastructure', 'configs', 'dashboards', 'apps']) {
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: PLATFORM_NAMESPACE, name };
    stage.show(`ConfigMap ${name}: ${JSON.stringify((await client.cluster.get(ref))?.['data'])}`);
  }
}

/** Commits a change and shows it go through the layers. */
export async function showCommit(scene: FluxScene): Promise<void> {
  const { stage, client, platform } = scene;
  stage.step('Commit a change to Git, of which Flux hears by a webhook');
  const revision = await platform.fleet.commit({ 'apps/apps.yaml': deployYaml('apps', { second: 'yes' }) });
  const at = performance.now();
  await requestFetch(client);
  await followTree(scene, at, (ready, objects) => isReady(ready) && hasApps(objects, revision));
  stage.seen('each layer has the commit', performance.now() - at, 'new commit: all layers have it');
}

/** Commits a mistake: what depends on it waits, the status names the cause, an alert is delivered; then mends it. */
export async function showFailure(scene: FluxScene): Promise<void> {
  const { stage, client, platform, webhook } = scene;
  stage.step('Commit a file that is no YAML');
  await platform.fleet.commit({
    'clusters/production/configs/configs.yaml': 'kind: ConfigMap\nmetadata: {\n',
  });
  const at = performance.now();
  await requestFetch(client);
  const failed = await followTree(
    scene,
    at,
    ({ status, reason }) => status === 'False' && reason === 'ComponentFailed',
  );
  stage.seen('the blueprint names the cause', performance.now() - at, 'failure: the blueprint names it');
  stage.show(...failed.message.split('\n'));
  await webhook.until('the alert is delivered', ({ body }) => body.includes('kustomization/configs'));
  stage.seen('the alert was delivered to the webhook', performance.now() - at);

  stage.step('Mend it');
  const mended = await platform.fleet.commit({
    'clusters/production/configs/configs.yaml': deployYaml('configs'),
  });
  platform.revision = mended;
  const from = performance.now();
  await requestFetch(client);
  await followTree(scene, from, (ready, objects) => isReady(ready) && hasApps(objects, mended));
  stage.seen('all is well again', performance.now() - from, 'mended: all layers have the commit');
}

/** Edits a generated object, then deletes one: both come back, and Flux deploys anew what it had deployed. */
export async function showRepair(scene: FluxScene): Promise<void> {
  const at = performance.now();
  await showDrift(scene);
  const { revision } = scene.platform;
  await followTree(scene, at, (ready, objects) => isReady(ready) && hasApps(objects, revision));
  scene.stage.seen('Flux has deployed it anew');
}

/** Asks Flux to fetch the repository of the platform, as a webhook does after a push. */
function requestFetch(client: TestClient): Promise<void> {
  return requestReconcile({ client, namespace: PLATFORM_NAMESPACE }, 'GitRepository', 'flux-system');
}

function isReady({ status }: Condition): boolean {
  return status === 'True';
}

/** Whether the last layer is ready with a revision. */
function hasApps(objects: readonly KubeObject[], revision: string): boolean {
  const apps = objects.find(({ kind, metadata }) => kind === 'Kustomization' && metadata.name === 'apps');
  const health = assessHealth(apps);
  return health.state === 'Ready' && health.revision === revision;
}
