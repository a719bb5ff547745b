import Type from 'typebox';
import { externalSecretFields } from './blocks/external-secret.ts';
import { Bound } from './shapes/bounds.ts';
import { itemFields } from './item.ts';
import {
  atomicList,
  flag,
  label,
  localRef,
  namedList,
  object,
  openObject,
  optional,
  text,
} from './shapes/shapes.ts';

const { Optional } = Type;

const creationRule = openObject(
  'A rule of `.sops.yaml`; the first that matches a file applies. Takes every field of SOPS. Keys are a list, or text with commas; our recipients are added to `age`, and in `key_groups` to each group.',
  {
    path_regex: text('Regular expression for the path of the file. Default: all YAML files.', 512),
    encrypted_regex: text('Regular expression for the fields to encrypt. Default: ^(data|stringData)$.', 512),
  },
);

/** `secrets.sops`. */
export const Sops = object('SOPS: every Kustomization decrypts with it.', {
  secretRef: Optional(localRef('Secret with the keys, in the namespace of each Kustomization.')),
  age: Optional(
    object('The age key pair.', {
      generate: Optional(
        flag('Whether the key pair is generated if the Secret is missing. An existing one is never touched.'),
      ),
      recipients: Optional(
        atomicList(
          "Recipients beside the blueprint's own, for people and for rotation.",
          text('age1…', 256),
          50,
        ),
      ),
    }),
  ),
  creationRules: Optional(
    atomicList(
      "Rules of the generated `.sops.yaml`, in order. Default: all YAML files, ^(data|stringData)$, the blueprint's own recipient.",
      creationRule,
      50,
    ),
  ),
});

/** One ExternalSecret; every other field is one of External Secrets. */
export const ExternalSecretItem = Type.Object(
  {
    name: label('Name of the object.'),
    objectName: itemFields.objectName,
    namespace: itemFields.namespace,
    metadata: itemFields.metadata,
    dependsOn: Optional(
      atomicList('What must be ready first.', text('Name of a layer or component.', 127), Bound.DependsOn),
    ),
    ...optional(externalSecretFields),
  },
  {
    description: 'A Secret from an external store (ExternalSecret). Takes every field of its spec.',
    'x-kubernetes-preserve-unknown-fields': true,
  },
);

/** `secrets`. */
export const Secrets = object('How secrets are handled.', {
  sops: Optional(Sops),
  externalSecrets: Optional(namedList('Secrets from external stores.', ExternalSecretItem, 500)),
});
