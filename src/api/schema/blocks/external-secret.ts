import Type from 'typebox';
import { atomicList, oneOf, openObject, text } from '../shapes/shapes.ts';

const open = (description: string) =>
  Type.Unsafe<Record<string, never>>({
    type: 'object',
    description,
    'x-kubernetes-preserve-unknown-fields': true,
  });

/** The fields of an ExternalSecret's `spec` that are typed here. */
export const externalSecretFields = {
  refreshInterval: text('How often the store is asked again, e.g. 1h. 0 for once.', 64),
  refreshPolicy: oneOf(['CreatedOnce', 'Periodic', 'OnChange'], 'When the store is asked again.'),
  secretStoreRef: openObject('The store.', {
    name: text('Name of the store.', 253),
    kind: oneOf(['SecretStore', 'ClusterSecretStore'], 'Kind of the store.'),
  }),
  target: openObject('The Secret that is made.', {
    name: text('Name of the Secret. Default: that of the ExternalSecret.', 253),
    creationPolicy: oneOf(['Owner', 'Orphan', 'Merge', 'None', 'CreateOrMerge'], 'Who owns the Secret.'),
    deletionPolicy: oneOf(
      ['Delete', 'Merge', 'Retain'],
      'What happens to the Secret when the store lost it.',
    ),
    template: open('Template of the Secret.'),
  }),
  data: atomicList('Keys of the Secret, one by one.', open('A key.'), 500),
  dataFrom: atomicList('Keys of the Secret, many at once.', open('A source of keys.'), 100),
};
