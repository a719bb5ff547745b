/**
 * The objects of a blueprint: as desired (`desired.ts`), as tracked in the status (`inventory.ts`), their owner
 * (`ownership.ts`), the field managers of live objects (`managed-fields.ts`) and how live objects differ from desired
 * ones (`drift.ts`). Everything is pure and knows nothing of the compiler. Start with {@link DesiredObject}.
 */

import type { KubeObject, ObjectRef } from '../../api/object.ts';
import { type Steps, compare } from '../values/path.ts';

/** One object that a blueprint asks for. */
export interface DesiredObject {
  /** The object's `objectId`. */
  id: string;
  ref: ObjectRef;
  /** The manifest, applied exactly as it stands here. */
  manifest: KubeObject;
  /** The place in the order of application, from 0. Objects depend only on objects of earlier waves. */
  wave: number;
  /** The name for people: `layer/component`, `sources/fleet`. */
  title: string;
  /** The layer that it belongs to; undefined for sources and whatever else stands in no layer. */
  layer: string | undefined;
  /** The environment that it belongs to; undefined if it belongs to none. */
  environment: string | undefined;
  /** The path in the blueprint of the item that it was generated from. */
  path: string;
  /** Ids of the objects of this blueprint that must be ready first. */
  dependsOn: readonly string[];
  /** Those of `dependsOn` that Flux cannot wait for. The operator creates this object only when they are ready. */
  createAfter: readonly string[];
  /** Whether the object stays in the cluster when it is no longer desired. If so, it is not in the inventory. */
  keep: boolean;
  /** External dependencies that must be ready before this object is created. */
  waitsFor: readonly ExternalDependency[];
  /** Returns the path in the blueprint of a field of the object's `spec`. */
  originOf: (steps: Steps) => string;
}

/** A dependency on an object that this blueprint does not generate. */
export interface ExternalDependency {
  apiVersion: string;
  kind: string;
  /** Undefined for cluster-scoped objects. */
  namespace: string | undefined;
  name: string;
  /** A CEL expression over `dep` and `self` that says whether it is ready. Default: the rules of kstatus. */
  readyExpr: string | undefined;
}

/** What a blueprint asks for. */
export interface DesiredState {
  /** In the order of application. */
  objects: readonly DesiredObject[];
  /** The environments in the order of the blueprint. `after` names the environment that must be ready first. */
  environments: readonly { name: string; after: string | undefined }[];
}

/** Compares objects by the order in which they are applied: by wave, kind, namespace and name. */
export function compareByOrder(a: DesiredObject, b: DesiredObject): number {
  return a.wave - b.wave || compare(a.ref.kind, b.ref.kind) || compare(a.id, b.id);
}
