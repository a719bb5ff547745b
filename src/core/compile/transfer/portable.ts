/**
 * What was compiled, in a form that another process can be sent: plain values, and each object by itself, so that
 * whoever receives it never reads much at once. `origins.ts` holds the one part that is code otherwise.
 */
import type { DesiredObject } from '../../objects/desired.ts';
import { type Origins, listOrigins, originsFrom } from './origins.ts';

/** A desired object as plain values. */
export interface PortableObject extends Omit<DesiredObject, 'originOf'> {
  origins: Origins;
}

/** Makes an object portable. */
export function toPortable({ originOf, ...rest }: DesiredObject): PortableObject {
  return { ...rest, origins: listOrigins({ manifest: rest.manifest, originOf }) };
}

/** The object that was made portable. */
export function fromPortable({ origins, ...rest }: PortableObject): DesiredObject {
  return { ...rest, originOf: originsFrom(origins) };
}
