import type { Schema } from '../validation/check-schema.ts';
import { FLUX_SCHEMAS } from './flux-schemas.generated.ts';
import type { FluxKind } from './kind.ts';

/** The group of image automation. Its two controllers are installed only where somebody asks for them. */
const IMAGES = 'image.toolkit.fluxcd.io';

/**
 * The schema of a kind's `spec` in Flux 2.9. Undefined for a kind that Flux does not bring, and for an `object` of
 * another version than Flux 2.9 serves, which may have other fields.
 */
export function fluxSchemaOf({ group, kind, version }: FluxKind): Schema | undefined {
  const known = FLUX_SCHEMAS[`${group}/${kind}`];
  return version === undefined || version === known?.version ? known?.spec : undefined;
}

/**
 * Whether every installation of Flux brings the kind: those of image automation and of other projects may be missing.
 */
export function isFluxKind({ group, kind }: FluxKind): boolean {
  return group !== IMAGES && FLUX_SCHEMAS[`${group}/${kind}`] !== undefined;
}
