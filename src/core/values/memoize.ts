/**
 * A function that works an object out once. Objects from the cluster and from the compiler are never changed, only
 * replaced, so what was found for one holds for as long as there is one; nothing outlives the object.
 */
export function memoize<K extends object, V>(find: (object: K) => V): (object: K) => V {
  const found = new WeakMap<K, { value: V }>();
  return (object) => {
    const known = found.get(object);
    if (known !== undefined) return known.value;
    const value = find(object);
    found.set(object, { value });
    return value;
  };
}

/** {@link memoize} for a function of two objects, of which the second seldom comes with another first one. */
export function memoizePair<A extends object, B extends object, V>(
  find: (a: A, b: B) => V,
): (a: A, b: B) => V {
  const found = new WeakMap<B, { a: A; value: V }>();
  return (a, b) => {
    const known = found.get(b);
    if (known?.a === a) return known.value;
    const value = find(a, b);
    found.set(b, { a, value });
    return value;
  };
}
