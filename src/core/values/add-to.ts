/** Adds to a number in a map, and answers the sum. A number that becomes 0 goes: the map holds none. */
export function addTo(numbers: Map<string, number>, name: string, more: number): number {
  const sum = (numbers.get(name) ?? 0) + more;
  if (sum === 0) numbers.delete(name);
  else numbers.set(name, sum);
  return sum;
}
