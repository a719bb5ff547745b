import Type from 'typebox';
import { SubstituteFrom } from './blocks/kustomization.ts';
import { rule } from './shapes/rule.ts';
import { VARIABLE_NAME, atomicList, object, textMap } from './shapes/shapes.ts';

const { Optional } = Type;

const NAME = new RegExp(VARIABLE_NAME);

/** The rule for names of variables, which kustomize-controller has too (`varsubRegex` of fluxcd/pkg/kustomize). */
export const VARIABLE_NAMES = {
  rule: `self.all(name, name.matches('${VARIABLE_NAME}'))`,
  message: 'names of variables hold letters, digits and underscores, and do not begin with a digit',
  holds: (self: Readonly<Record<string, unknown>>) => VARIABLE_NAMES.blame(self).length === 0,
  blame: (self: Readonly<Record<string, unknown>>): string[] =>
    Object.keys(self).filter((name) => !NAME.test(name)),
};

/** `variables`: what becomes `postBuild`. */
export const Variables = object('Variables for every Kustomization (`postBuild`).', {
  substitute: Optional(
    textMap('Variables by name.', {
      maxProperties: 200,
      rules: [rule<Record<string, string>>(VARIABLE_NAMES)],
    }),
  ),
  substituteFrom: Optional(
    atomicList('ConfigMaps and Secrets whose keys become variables; later ones win.', SubstituteFrom, 100),
  ),
});
