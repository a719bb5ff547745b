import { duration, flag, localRef, shortDuration, text } from '../shapes/shapes.ts';

/** The fields that every Flux source has. */
export const sourceFields = {
  url: text('Address of the source.'),
  interval: duration('How often Flux checks for changes.'),
  timeout: shortDuration('How long one fetch may take; hours are not allowed. Flux default: 60s.'),
  secretRef: localRef('Secret with the credentials, in the namespace of the source.'),
  suspend: flag('Whether Flux stops fetching this source.'),
};

/** The filter, in the format of .gitignore, of the sources whose files Flux archives. */
export const ignoreField = {
  ignore: text('Files to leave out, in the format of .gitignore. Replaces `onlyPaths`.', 65536),
};
