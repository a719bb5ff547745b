import { label, objectName, oneOf, openObject, text } from '../shapes/shapes.ts';

/** A reference to a source in Flux's own form. */
export function sourceRef<const K extends string>(kinds: readonly K[], description: string) {
  return openObject(description, {
    apiVersion: text('API version of the source.', 253),
    kind: oneOf(kinds, 'Kind of the source.'),
    name: objectName('Name of the source.'),
    namespace: label('Namespace of the source. Default: the namespace of the object that refers to it.'),
  });
}
