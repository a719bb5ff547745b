import Type from 'typebox';
import { object, textMap } from './shapes.ts';

const { Optional } = Type;

/** Labels and annotations, for one generated object or for all of them. */
export const MetadataBlock = object('Labels and annotations of the generated object.', {
  labels: Optional(textMap('Labels.', { maxProperties: 50 })),
  annotations: Optional(textMap('Annotations.', { maxProperties: 50 })),
});
