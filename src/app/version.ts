declare const FLUXBLUEPRINT_VERSION: string | undefined;

/** The version of the program: the bundler inserts that of the package; run from the sources it is `0.0.0-dev`. */
export const VERSION: string =
  typeof FLUXBLUEPRINT_VERSION === 'string' ? FLUXBLUEPRINT_VERSION : '0.0.0-dev';
