import Type from 'typebox';
import {
  atomicList,
  duration,
  flag,
  fluxBlock,
  objectName,
  oneOf,
  openObject,
  text,
  textMap,
} from '../shapes/shapes.ts';
import { sourceRef } from './references.ts';

/** Where variables come from. */
export const SubstituteFrom = openObject('A ConfigMap or Secret whose keys become variables.', {
  kind: oneOf(['ConfigMap', 'Secret'], 'Kind of the object.'),
  name: objectName('Name of the object, in the namespace of the Kustomization.'),
  optional: flag('Whether the object may be missing.'),
});

const dependency = openObject('A Kustomization that must be ready first, in the form of Flux.', {
  name: objectName('Name of the Kustomization.'),
  namespace: text('Its namespace. Default: that of this Kustomization.', 63),
  readyExpr: text('CEL that says when it is ready.'),
});

/** The block of a Kustomization: every field of its `spec`. */
export const KustomizationBlock = fluxBlock(
  'Deploys manifests (Flux Kustomization). Takes every field of its spec.',
  {
    interval: duration('How often Flux reconciles it. Default: 10m.'),
    retryInterval: duration('How soon Flux tries again after a failure. Flux default: the interval.'),
    timeout: duration('How long applying and health checks may take.'),
    path: text('Folder in the source; the form of Flux. Prefer `path` beside the block.'),
    sourceRef: sourceRef(
      ['GitRepository', 'OCIRepository', 'Bucket', 'ExternalArtifact'],
      'The source, in the form of Flux. Prefer `source` beside the block.',
    ),
    dependsOn: atomicList(
      'What must be ready first, in the form of Flux. Prefer `dependsOn` beside the block.',
      dependency,
      500,
    ),
    prune: flag('Whether Flux deletes what leaves the source. Default: true.'),
    wait: flag(
      'Whether all that is applied must become ready. Default: true, unless healthChecks are given.',
    ),
    force: flag('Whether objects with immutable changes are made anew.'),
    suspend: flag('Whether Flux stops to reconcile it.'),
    targetNamespace: text('Namespace to put everything in.', 63),
    serviceAccountName: objectName('Account that Flux applies as.'),
    deletionPolicy: oneOf(
      ['MirrorPrune', 'Delete', 'WaitForTermination', 'Orphan'],
      'What happens to what was applied when the Kustomization goes.',
    ),
    decryption: openObject('How secrets are decrypted. Filled in from `secrets.sops`.', {
      provider: oneOf(['sops'], 'The only provider is sops.'),
      secretRef: openObject('Secret with the keys.', { name: objectName('Name of the Secret.') }),
      serviceAccountName: objectName('Account for a cloud key service.'),
    }),
    postBuild: openObject('Variables. Filled in from `variables`.', {
      substitute: textMap('Variables by name.'),
      substituteFrom: atomicList(
        'Where more variables come from; replaces what is inherited.',
        SubstituteFrom,
        100,
      ),
    }),
    patches: atomicList(
      'Patches on what the source holds.',
      Type.Unsafe<Record<string, never>>({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }),
      500,
    ),
  },
);
