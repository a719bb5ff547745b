import { IN_FORCE, KIND, PLURAL, REVISION_KIND, REVISION_PLURAL } from '../../src/api/names.ts';
import { Blueprint } from '../../src/api/schema/blueprint.ts';
import { Revision } from '../../src/api/schema/revision/revision.ts';
import type { ApiKind } from './crd.ts';

const age = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

/** FluxBlueprint. */
export const BLUEPRINT: ApiKind = {
  kind: KIND,
  plural: PLURAL,
  shortName: 'fbp',
  schema: Blueprint,
  columns: [
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    {
      name: 'Components',
      type: 'string',
      jsonPath: '.status.summary.components',
      description: 'Ready of all.',
    },
    age,
    {
      name: 'Status',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="Ready")].message',
      priority: 1,
    },
  ],
};

/** FluxBlueprintRevision. */
export const STORED_REVISION: ApiKind = {
  kind: REVISION_KIND,
  plural: REVISION_PLURAL,
  shortName: 'fbpr',
  schema: Revision,
  columns: [
    { name: 'Blueprint', type: 'string', jsonPath: '.spec.blueprint' },
    { name: 'Revision', type: 'integer', jsonPath: '.spec.revision' },
    {
      name: 'In-Force',
      type: 'string',
      jsonPath: `.metadata.annotations.${IN_FORCE.replaceAll('.', '\\.')}`,
      description: 'Where it is in force: names of environments, or yes.',
    },
    age,
  ],
};

/** Every kind of the API. */
export const API_KINDS: readonly ApiKind[] = [BLUEPRINT, STORED_REVISION];
