import Type from 'typebox';
import { SubstituteFrom } from './blocks/kustomization.ts';
import { rule } from './shapes/rule.ts';
import { VARIABLE_NAME, atomicList, object, textMap } from './shapes/shapes.ts';

const { Optional } = Type;

/** `variables`: what becomes `postBuild`. */
export const Variables = object('Variables for every Kustomization (`postBuild`).', {
  substitute: Optional(
    textMap('Variables by name.', {
      maxProperties: 200,
      rules: [
        rule<Record<string, string>>({
          rule: `self.all(name, name.matches('${VARIABLE_NAME}'))`,
          message: 'names of variables hold letters, digits and underscores, and do not begin with a digit',
          holds: (self) => Object.keys(self).every((name) => new RegExp(VARIABLE_NAME).test(name)),
        }),
      ],
    }),
  ),
  substituteFrom: Optional(
    atomicList('ConfigMaps and Secrets whose keys become variables; later ones win.', SubstituteFrom, 100),
  ),
});
