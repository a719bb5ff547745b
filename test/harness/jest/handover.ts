// Jest loads setup and teardown each in its own way, so a variable of a module need not be the same in both.
const key = Symbol.for('fluxblueprint.test.ends');

type End = () => Promise<unknown>;

/** Hands from Jest's global setup to its global teardown how something is ended. */
export function keepForTeardown(end: End): void {
  Reflect.set(globalThis, key, [end, ...takeForTeardown()]);
}

/** What {@link keepForTeardown} was given, the last first. */
export function takeForTeardown(): readonly End[] {
  return (Reflect.get(globalThis, key) as End[] | undefined) ?? [];
}
