import { duration, flag, localRef, shortDuration, text } from '../shapes/shapes.ts';

/** The fields that every Flux source has. */
export const sourceFields = {
  url: text('Address of the source.'),
  interval: duration('How often Flux looks for changes.'),
  timeout: shortDuration('How long one fetch may take; hours are not allowed. Flux default: 60s.'),
  secretRef: localRef('Secret with the credentials, in the namespace of the source.'),
  suspend: flag('Whether Flux stops to fetch this source.'),
};

/** The gitignore-style filter of sources that Flux archives. */
export const ignoreField = {
  ignore: text('What to leave out, in the format of .gitignore. Takes the place of `onlyPaths`.', 65536),
};
