import type { Json } from '../../api/object.ts';
import type { Steps } from '../values/path.ts';

/** One thing that a field follows from. */
export interface Cause {
  /** What decides: a line of the blueprint, or the compiler by itself. */
  by: 'blueprint' | 'compiler';
  /**
   * Its path in the blueprint. Where the compiler decides, that at which the field could be written; undefined where
   * nobody can.
   */
  path: string | undefined;
  /** In words: `default of the blueprint`, `overlay of environment production`, `a Kustomization waits by default`. */
  why: string;
}

/** Something that a field would have been, had nothing won over it. */
export interface Overruled extends Cause {
  value: Json | undefined;
}

/** Where one field comes from. */
export interface FieldOrigin {
  /** The steps to it in the manifest. */
  steps: Steps;
  /** Undefined where the object does not have the field. */
  value: Json | undefined;
  /** What it follows from, what decides first. Never empty. */
  causes: readonly Cause[];
  /** The nearest first. */
  overruled: readonly Overruled[];
}
