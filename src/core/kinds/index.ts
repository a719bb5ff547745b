import { alert } from './alert.ts';
import type { ComponentBlock, SourceBlock } from '../../api/schema/spec.ts';
import { bucket } from './bucket.ts';
import { gitRepository } from './git-repository.ts';
import { helmRelease } from './helm-release.ts';
import { helmRepository } from './helm-repository.ts';
import type { ComponentKind, SourceKind } from './kind.ts';
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

/** Every kind that can be generated: what the operator watches and needs rights on. */
export const GENERATED_KINDS: readonly { group: string; kind: string }[] = [
  ...Object.values(SOURCE_KINDS),
  ...Object.values(COMPONENT_KINDS),
  provider,
  alert,
  receiver,
].map(({ group, kind }) => ({ group, kind }));
