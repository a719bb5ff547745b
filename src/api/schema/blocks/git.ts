import { flag, fluxBlock, oneOf, text } from '../shapes/shapes.ts';
import { openObject } from '../shapes/shapes.ts';
import { ignoreField, sourceFields } from './source-fields.ts';

/** The block of a GitRepository: every field of its `spec`. */
export const Git = fluxBlock('A Git repository (Flux GitRepository). Takes every field of its spec.', {
  ...sourceFields,
  ...ignoreField,
  ref: openObject(
    'What to check out. If several are set, Flux takes the last of: branch, tag, semver, name, commit.',
    {
      branch: text('Branch to follow. Flux default: master.'),
      tag: text('Tag to check out.'),
      semver: text('Version range; the newest matching tag is taken.'),
      name: text('Git reference, e.g. refs/pull/420/head.'),
      commit: text('Commit to check out.'),
    },
  ),
  provider: oneOf(['generic', 'aws', 'azure', 'github'], 'How to authenticate. Flux default: generic.'),
  recurseSubmodules: flag('Whether submodules are fetched too.'),
});
