import type { ControlPlane } from './control-plane.ts';

// Jest loads setup and teardown each in its own way, so a variable of a module need not be the same in both.
const key = Symbol.for('fluxblueprint.test.control-plane');

/** Hands the control plane from Jest's global setup to its global teardown. */
export function keepForTeardown(controlPlane: ControlPlane): void {
  Reflect.set(globalThis, key, controlPlane);
}

/** What {@link keepForTeardown} was given; undefined when the setup failed. */
export function takeForTeardown(): ControlPlane | undefined {
  return Reflect.get(globalThis, key) as ControlPlane | undefined;
}
