import Type from 'typebox';
import { object, textMap } from './shapes.ts';

const { Optional } = Type;

/** Labels and annotations for one or all generated objects. */
export const MetadataBlock = object('Labels and annotations of the generated object.', {
  labels: Optional(textMap('Labels.', { maxProperties: 50 })),
  annotations: Optional(textMap('Annotations.', { maxProperties: 50 })),
});
