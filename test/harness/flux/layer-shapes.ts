import { API_VERSION, KIND, Label } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { compile } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import { assessHealth } from '../../../src/core/health/health.ts';
import { mapConcurrently } from '../../../src/operator/context/map-concurrently.ts';
import type { TestClient } from '../api-server/client.ts';
import { gitSource, layer } from '../blueprint/blueprints.ts';
import type { Files } from '../files.ts';
import { configMapYaml } from './manifests.ts';
import type { Moment, Timeline } from './timeline.ts';

/** Layers by name, each with the names of the layers that it depends on. */
export type Shape = ReadonlyMap<string, readonly string[]>;

/** Layers that each depend on the one before: `step-01`, `step-02` and so on. */
export function chainOf(depth: number): Shape {
  const names = Array.from({ length: depth }, (_, i) => nameOf(i));
  return new Map(names.map((name, i) => [name, names.slice(Math.max(0, i - 1), i)]));
}

/** One layer, and `width` layers that depend on it. */
export function fanOutOf(width: number): Shape {
  const base = nameOf(0);
  const others = Array.from({ length: width }, (_, i) => nameOf(i + 1));
  return new Map([base, ...others].map((name) => [name, name === base ? [] : [base]]));
}

function nameOf(i: number): string {
  return `step-${String(i + 1).padStart(2, '0')}`;
}

/** The files that the layers deploy: for each a ConfigMap of its name. */
export function shapeFiles(shape: Shape, namespace: string, data: Record<string, string>): Files {
  return Object.fromEntries(
    [...shape.keys()].map((name) => [`${name}/${name}.yaml`, configMapYaml(namespace, name, data)]),
  );
}

/** A blueprint of the layers, from one Git repository. Its intervals are an hour: Flux fetches only on request. */
export function shapeBlueprint(shape: Shape, namespace: string, url: string): KubeObject {
  const interval = '1h';
  const spec = {
    defaults: { git: { interval }, kustomization: { interval, wait: true } },
    sources: [gitSource('fleet', { url })],
    layers: [...shape].map(([name, dependsOn]) => layer(name, [...dependsOn])),
  };
  return { apiVersion: API_VERSION, kind: KIND, metadata: { name: 'platform', namespace }, spec };
}

/** Applies the objects that the operator would generate from a blueprint, in one go and without the operator. */
export async function applyPlainly(client: TestClient, blueprint: KubeObject): Promise<void> {
  const compiled = compile(blueprint, offlineContext());
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  await mapConcurrently(compiled.desired.objects, 16, ({ manifest }) => {
    const labels = { ...manifest.metadata.labels, [Label.ManagedBy]: 'nobody' };
    return client.apply({ ...manifest, metadata: { ...manifest.metadata, labels } });
  });
}

/**
 * The moments at which each layer was first ready with a revision, in the order of the layers. Waits for all of them.
 */
export async function untilDeployed(
  timeline: Timeline,
  shape: Shape,
  revision: string,
): Promise<Map<string, Moment>> {
  const deployed = new Map<string, Moment>();
  for (const name of shape.keys()) {
    const moment = await timeline.until(`is ready with ${revision}`, 'Kustomization', name, (object) => {
      const { state, revision: held } = assessHealth(object);
      return state === 'Ready' && held === revision;
    });
    deployed.set(name, moment);
  }
  return deployed;
}
