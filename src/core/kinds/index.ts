/**
 * The kinds that a blueprint can generate, one file each: API group, defaults, how fields merge, and how the kind
 * refers to its source. `overlay.ts` merges specs by those rules and remembers where each part was written. The room
 * knows Flux and nothing of layers, environments or the cluster. Begin with `kind.ts`, then read `kustomization.ts` as
 * the example.
 */
import type { ComponentBlock, SourceBlock } from '../../api/schema/spec.ts';
import type { Schema } from '../validation/check-schema.ts';
import { alert } from './alert.ts';
import { bucket } from './bucket.ts';
import { EXTERNAL_SECRET_SPEC } from './external-secret-schema.ts';
import { externalSecret } from './external-secret.ts';
import { fluxSchemaOf } from './flux-schema.ts';
import { gitRepository } from './git-repository.ts';
import { helmRelease } from './helm-release.ts';
import { helmRepository } from './helm-repository.ts';
import type { ComponentKind, FluxKind, SourceKind } from './kind.ts';
import { kustomization } from './kustomization.ts';
import { ociRepository } from './oci-repository.ts';
import { provider } from './provider.ts';
import { receiver } from './receiver.ts';

/** The source kinds by their block. */
export const SOURCE_KINDS: Readonly<Record<SourceBlock, SourceKind>> = {
  git: gitRepository,
  oci: ociRepository,
  helm: helmRepository,
  bucket,
};

/** The component kinds by their block. */
export const COMPONENT_KINDS: Readonly<Record<ComponentBlock, ComponentKind>> = {
  kustomization,
  helmRelease,
};

/**
 * Every Flux kind with a block or list of its own in a blueprint: the operator watches them and needs rights on them.
 */
export const GENERATED_KINDS: readonly { group: string; kind: string }[] = [
  ...Object.values(SOURCE_KINDS),
  ...Object.values(COMPONENT_KINDS),
  provider,
  alert,
  receiver,
].map(({ group, kind }) => ({ group, kind }));

/**
 * The schema of a kind's `spec`: from the CRDs of Flux 2.9 ({@link fluxSchemaOf}), or for {@link externalSecret} of
 * External Secrets 2.9. Undefined for every other kind, whose spec only the API server can check.
 */
export function schemaOf(kind: FluxKind): Schema | undefined {
  if (kind === externalSecret) return EXTERNAL_SECRET_SPEC;
  return fluxSchemaOf(kind);
}
