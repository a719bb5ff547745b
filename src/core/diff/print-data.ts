import { toJson } from '../yaml/write-json.ts';
import { toYaml } from '../yaml/write-yaml.ts';
import { type BlueprintDiff, type ObjectChange, countChanges } from './changes.ts';

/**
 * Diffs as programs read them: `blueprints`, each with `namespace`, `name`, `compared`, `create`, `update`, `delete`,
 * `unchanged`, `refusals` and `changes`; a change with `action`, the four names of the object, `environment`, `layer`,
 * `path` and `fields`; a field with `path`, `before` and `after`, of which one is missing where the field is absent.
 */
export function printDiffData(diffs: readonly BlueprintDiff[], output: 'json' | 'yaml'): string {
  const whole = { blueprints: diffs.map(describeDiff) };
  return output === 'json' ? toJson(whole) : toYaml(whole);
}

/** One blueprint of {@link printDiffData}. */
export function describeDiff(diff: BlueprintDiff): object {
  const { key, compared, changes, unchanged, refusals } = diff;
  return {
    ...key,
    compared,
    ...countChanges(changes),
    unchanged,
    refusals: refusals.map(({ ref, message }) => ({ ...ref, message })),
    changes: changes.map(describeChange),
  };
}

function describeChange({ ref, fields, ...others }: ObjectChange): object {
  return {
    ...present(others),
    ...ref,
    fields: fields.map(({ hidden, ...field }) => ({ ...present(field), ...(hidden ? { hidden } : {}) })),
  };
}

function present(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
