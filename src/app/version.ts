declare const FLUXBLUEPRINT_VERSION: string | undefined;

/** The version of the program: that of the package, which the bundler writes in; `0.0.0-dev` from the sources. */
export const VERSION: string =
  typeof FLUXBLUEPRINT_VERSION === 'string' ? FLUXBLUEPRINT_VERSION : '0.0.0-dev';
