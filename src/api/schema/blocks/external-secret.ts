import { atomicList, oneOf, openObject, passThrough, text } from '../shapes/shapes.ts';

/** The fields of an ExternalSecret's `spec` that are typed here. */
export const externalSecretFields = {
  refreshInterval: text('How often the store is read again, e.g. 1h; 0 reads it once.', 64),
  refreshPolicy: oneOf(['CreatedOnce', 'Periodic', 'OnChange'], 'When the store is read again.'),
  secretStoreRef: openObject('The store.', {
    name: text('Name of the store.', 253),
    kind: oneOf(['SecretStore', 'ClusterSecretStore'], 'Kind of the store.'),
  }),
  target: openObject('The Secret to create.', {
    name: text('Name of the Secret. Default: the name of the ExternalSecret.', 253),
    creationPolicy: oneOf(['Owner', 'Orphan', 'Merge', 'None', 'CreateOrMerge'], 'Who owns the Secret.'),
    deletionPolicy: oneOf(
      ['Delete', 'Merge', 'Retain'],
      'What happens to the Secret when the store no longer has it.',
    ),
    template: passThrough('Template of the Secret.'),
  }),
  data: atomicList('Keys of the Secret, one by one.', passThrough('A key.'), 500),
  dataFrom: atomicList('Keys of the Secret, many at once.', passThrough('A source of keys.'), 100),
};
