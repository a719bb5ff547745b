import type { KubeObject } from '../../api/object.ts';
import { isOutline } from '../../core/objects/outline.ts';
import { type SpecVersion, isOfVersion } from '../../core/objects/spec-version.ts';
import { isObject, own } from '../../core/values/json.ts';
import { weigh } from '../../core/values/weigh.ts';

/** What one version of a blueprint compiled to. */
export interface Weighed {
  version: SpecVersion;
  /** What its manifests take, as `weigh` counts it; 0 where it was refused. */
  bytes: number;
}

/**
 * What a blueprint may compile to and be reconciled beside others, in bytes. Ten at a time, for as many are reconciled
 * by default, take an eighth of the heap that the Deployment has.
 */
const LIGHT_BYTES = 4_000_000;

/**
 * Whether a blueprint takes so much memory that only one like it should be reconciled at a time. Until it was compiled,
 * its size says so; afterwards what it compiled to.
 */
export function isHeavy(blueprint: KubeObject, weighed: Weighed | undefined): boolean {
  if (isOutline(blueprint)) return true;
  const known = isOfVersion(blueprint, weighed?.version) ? weighed?.bytes : undefined;
  return (known ?? estimateBytes(blueprint['spec'])) > LIGHT_BYTES;
}

/** At most about how many bytes a spec compiles to: what objects inherit for each of them, and the rest. */
function estimateBytes(spec: unknown): number {
  if (!isObject(spec)) return 0;
  const [layers, environments] = [objectsIn(spec, 'layers'), objectsIn(spec, 'environments')];
  const inherited =
    weigh({ ...spec, layers: [], sources: [], environments: [] }) +
    layers.reduce((sum, layer) => sum + weigh(own(layer, 'defaults')), 0) +
    environments.reduce((sum, environment) => sum + weigh({ ...environment, layers: [] }), 0);
  const components = layers.reduce(
    (sum, layer) => sum + Math.max(1, objectsIn(layer, 'components').length),
    0,
  );
  return (inherited * components + weigh(spec)) * Math.max(1, environments.length);
}

function objectsIn(from: Parameters<typeof own>[0], field: string): Parameters<typeof own>[0][] {
  const list = own(from, field);
  return Array.isArray(list) ? list.filter(isObject) : [];
}
