/**
 * Wraps a function so that it runs once for each object. Objects from the cluster and from the compiler are replaced
 * and never changed, so a result stays valid as long as its object exists. The cache holds its keys weakly: a result is
 * collected together with its object.
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

/**
 * Works like {@link memoize} for a function of two objects. It keeps one result for each second argument, so it suits a
 * second object that seldom meets another first one. It holds neither of them.
 *
 * @param isKept whether a result is small enough to be kept
 */
export function memoizePair<A extends object, B extends object, V>(
  find: (a: A, b: B) => V,
  isKept: (value: V) => boolean,
): (a: A, b: B) => V {
  const found = new WeakMap<B, { a: WeakRef<A>; value: V }>();
  return (a, b) => {
    const known = found.get(b);
    if (known?.a.deref() === a) return known.value;
    const value = find(a, b);
    if (isKept(value)) found.set(b, { a: new WeakRef(a), value });
    return value;
  };
}
