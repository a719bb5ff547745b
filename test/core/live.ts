import type { KubeObject, ObjectMeta } from '../../src/api/object.ts';
import type { DesiredObject } from '../../src/core/objects/desired.ts';

/** A Kustomization, or another kind, as the cluster holds it. */
export function liveObject(
  parts: { kind?: string; metadata?: Partial<ObjectMeta>; spec?: unknown; status?: unknown } = {},
): KubeObject {
  const { kind = 'Kustomization', metadata, spec = {}, status } = parts;
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind,
    metadata: { name: 'apps', namespace: 'flux-system', generation: 2, ...metadata },
    spec,
    ...(status === undefined ? {} : { status }),
  };
}

/** A status of one Ready condition about generation 2, which is the present one of {@link liveObject}. */
export function readyStatus(
  status: 'True' | 'False' | 'Unknown',
  reason = 'Any',
  message = 'as Flux says it',
): { observedGeneration: number; conditions: object[] } {
  return {
    observedGeneration: status === 'True' ? 2 : -1,
    conditions: [{ type: 'Ready', status, reason, message, observedGeneration: 2 }],
  };
}

/** A desired Kustomization in flux-system. */
export function desiredObject(name: string, parts: Partial<DesiredObject> = {}): DesiredObject {
  const id = idOf(name);
  const ref = {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    namespace: 'flux-system',
    name,
  };
  return {
    id,
    ref,
    manifest: {
      apiVersion: ref.apiVersion,
      kind: ref.kind,
      metadata: { name, namespace: 'flux-system' },
      spec: {},
    },
    wave: 1,
    title: name,
    layer: name,
    environment: undefined,
    keep: false,
    waitsFor: [],
    path: `spec.layers.${name}`,
    dependsOn: [],
    createAfter: [],
    originOf: () => '',
    ...parts,
  };
}

/** The id of {@link desiredObject}. */
export function idOf(name: string): string {
  return `flux-system_${name}_kustomize.toolkit.fluxcd.io_Kustomization`;
}
