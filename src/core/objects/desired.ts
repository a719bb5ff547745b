import type { KubeObject, ObjectRef } from '../../api/object.ts';
import type { Steps } from '../values/path.ts';

/** One object that a blueprint asks for. */
export interface DesiredObject {
  /** See `objectId`. */
  id: string;
  ref: ObjectRef;
  /** Exactly what is applied: no more, no less. */
  manifest: KubeObject;
  /** Objects of a wave depend on earlier waves only. */
  wave: number;
  /** How a person names it: `layer/component`, `sources/fleet`. */
  title: string;
  layer: string | undefined;
  /** The environment that it belongs to; undefined where it belongs to none. */
  environment: string | undefined;
  /** Where it stands in the blueprint. */
  path: string;
  /** Ids of what must be ready first, of what this blueprint generates. */
  dependsOn: readonly string[];
  /** Those of `dependsOn` that Flux cannot wait for, so that the operator holds this object back. */
  createAfter: readonly string[];
  /** Whether it stays behind when nobody wants it any more, and so is not tracked. */
  keep: boolean;
  /** Objects that others make and that must be ready before this one is created. */
  waitsFor: readonly ExternalDependency[];
  /** Where in the blueprint a field of the object's `spec` was written. */
  originOf: (steps: Steps) => string;
}

/** An object that others make and that must be ready first. */
export interface ExternalDependency {
  apiVersion: string;
  kind: string;
  namespace: string | undefined;
  name: string;
  /** CEL over `dep` and `self`; without one, kstatus says. */
  readyExpr: string | undefined;
}

/** What a blueprint asks for, in the order in which it is applied. */
export interface DesiredState {
  objects: readonly DesiredObject[];
  /** The environments in the order of the blueprint, each with the one that must be ready before it. */
  environments: readonly { name: string; after: string | undefined }[];
}
