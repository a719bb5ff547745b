import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { GROUP, KIND } from '../../src/api/names.ts';
import { GENERATED_KINDS } from '../../src/core/kinds/index.ts';
import type { Blueprint } from '../../src/api/schema/blueprint.ts';
import { chooseProgress, fluxCrdFiles, startControlPlane } from '../control-plane/index.ts';
import { TestClient } from '../harness/api-server/client.ts';
import { crdFolder } from '../harness/operator/cluster.ts';
import { bundleForTest } from '../harness/operator/bundle.ts';
import { startOperator } from '../harness/operator/operator-process.ts';
import type { Cleanups } from '../harness/cleanup.ts';
import { waitFor } from '../harness/wait-for.ts';
import { Observer } from './observe.ts';
import {
  type Scene,
  showChange,
  showCreate,
  showDelete,
  showDrift,
  showRefusal,
  showRelease,
} from './scenes.ts';
import { runDemo } from './run.ts';
import type { Stage } from './stage.ts';

const sample = new URL('../../config/samples/platform.yaml', import.meta.url);

async function play(stage: Stage, cleanups: Cleanups): Promise<void> {
  const progress = chooseProgress(process.stderr);
  stage.step('Start a real kube-apiserver and etcd on loopback');
  const controlPlane = await startControlPlane({
    crds: [...(await fluxCrdFiles(progress)), crdFolder],
    progress,
  });
  cleanups.push(() => controlPlane.stop());
  stage.seen(`it serves at ${controlPlane.url}, with the CRDs of Flux and FluxBlueprint`);

  const client = await TestClient.connect(controlPlane.kubeconfigPath);
  cleanups.push(() => client.close());
  const observer = await Observer.start(client);
  cleanups.push(() => observer.stop());
  const blueprint = parse(await readFile(sample, 'utf8')) as Blueprint;
  await client.makeNamespace(blueprint.metadata.namespace ?? '');

  // For a second after its CRD is created a kind answers "storage is (re)initializing". That is no part of the start.
  for (const { group, kind } of [...GENERATED_KINDS, { group: GROUP, kind: KIND }])
    await waitFor(`${kind} is served`, () => client.list(group, kind));

  stage.step('Start the operator');
  const bundle = await bundleForTest();
  cleanups.push(() => bundle.remove());
  const operator = await startOperator(bundle.file, controlPlane.kubeconfigPath);
  cleanups.push(() => operator.stop());
  const coldStart = Number(operator.ready['sinceProcessStartMs']);
  stage.seen('it watches and is ready', coldStart, 'cold start of the operator');

  const scene: Scene = { stage, client, observer, blueprint };
  await showCreate(scene);
  await showRelease(scene);
  await showDrift(scene);
  const changed = { ...scene, blueprint: await showChange(scene) };
  await showRefusal(changed);
  await showDelete(changed);
}

await runDemo(play);
