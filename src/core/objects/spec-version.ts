import type { ObjectMeta } from '../../api/object.ts';

/** Which version of an object's spec something is about. An object of the same name that was made anew is another. */
export type SpecVersion = Pick<ObjectMeta, 'uid' | 'generation'>;

/** The version of an object's spec. */
export function specVersionOf({ metadata: { uid, generation } }: { metadata: ObjectMeta }): SpecVersion {
  return { ...(uid === undefined ? {} : { uid }), ...(generation === undefined ? {} : { generation }) };
}

/** Whether something is about the present version of an object's spec; false where there is nothing. */
export function isOfVersion(
  { metadata }: { metadata: ObjectMeta },
  version: SpecVersion | undefined,
): boolean {
  return version !== undefined && version.uid === metadata.uid && version.generation === metadata.generation;
}
