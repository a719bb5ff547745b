import type { Json } from '../../../../api/object.ts';
import type { JsonObject } from '../../../../api/schema/shapes/shapes.ts';
import { checkCondition, checkSyntax } from '../../../grammar/cel/check-cel.ts';
import { checkChartName, checkNamespaceName, checkReleaseName } from '../../../grammar/names.ts';
import { checkRegularExpression } from '../../../grammar/regular-expressions.ts';
import { checkRange } from '../../../grammar/version-ranges.ts';
import { VARIABLE_NAMES } from '../../../../api/schema/variables.ts';
import { exceptFor, quote } from '../../../validation/describe-value.ts';
import { isObject, own, textAt, valueAt } from '../../../values/json.ts';
import type { Steps } from '../../../values/path.ts';
import { EACH, type Found, checkTexts, valuesAt } from './found.ts';
import { checkNotation } from './sources.ts';

/** What kustomize-controller 1.9 never applies: `internal/controller`, `pkg/runtime/cel`, and kustomize. */
export function* checkKustomization(spec: JsonObject): Generator<Found> {
  yield* checkExpressions(spec);
  yield* checkTexts(spec, ['targetNamespace'], 'pattern', checkNamespaceName);
  yield* checkPatches(spec, ['patches']);
  yield* checkVariables(spec);
}

/** kustomize-controller reads no file while one name is wrong. */
function* checkVariables(spec: JsonObject): Generator<Found> {
  const steps = ['postBuild', 'substitute'];
  const substitute = valueAt(spec, steps);
  const wrong = isObject(substitute) ? VARIABLE_NAMES.blame(substitute) : [];
  if (wrong.length > 0) yield { rule: 'rule', steps, message: VARIABLE_NAMES.message + exceptFor(wrong) };
}

/** What helm-controller 1.6 never installs: `internal/controller`, Helm, and the chart reader of source-controller. */
export function* checkHelmRelease(spec: JsonObject): Generator<Found> {
  yield* checkExpressions(spec);
  for (const field of ['targetNamespace', 'storageNamespace'])
    yield* checkTexts(spec, [field], 'pattern', checkNamespaceName);
  yield* checkTexts(spec, ['releaseName'], 'pattern', checkReleaseName);
  yield* checkPatches(spec, ['postRenderers', EACH, 'kustomize', 'patches']);
  if (textAt(spec, ['chart', 'spec', 'sourceRef', 'kind']) !== 'HelmRepository') return;
  yield* checkTexts(spec, ['chart', 'spec', 'chart'], 'pattern', checkChartName);
  yield* checkVersion(spec);
  yield* checkNotation(spec, ['chart', 'spec', 'verify']);
}

/** A version that an index names exactly need not be a range; only words and signs that no version has are refused. */
function* checkVersion(spec: JsonObject): Generator<Found> {
  const at = ['chart', 'spec', 'version'];
  for (const found of checkTexts(spec, at, 'range', checkRange)) {
    const version = textAt(spec, at) ?? '';
    if (version !== '' && !/^v?[0-9]+(?:\.[0-9A-Za-z]+)*(?:[-+][0-9A-Za-z.+-]*)?$/.test(version)) yield found;
  }
}

/** The variables of `readyExpr`. */
const DEPENDENCY = ['self', 'dep'];

/** CEL that does not parse is terminal for both controllers (reason `InvalidCELExpression`). */
function* checkExpressions(spec: JsonObject): Generator<Found> {
  for (const field of ['current', 'inProgress', 'failed'])
    yield* checkTexts(spec, ['healthCheckExprs', EACH, field], 'expression', (text) =>
      text === '' && field !== 'current' ? undefined : checkSyntax(text),
    );
  yield* checkTexts(spec, ['dependsOn', EACH, 'readyExpr'], 'expression', (text) =>
    text === '' ? undefined : checkCondition(text, DEPENDENCY, quote),
  );
}

/** The fields of a patch's target that kustomize reads as regular expressions, from `^` to `$`. */
const SELECTING = ['group', 'version', 'kind', 'name', 'namespace'];

function* checkPatches(spec: JsonObject, path: readonly string[]): Generator<Found> {
  for (const { steps, value } of valuesAt(spec, [...path, EACH])) {
    if (!isObject(value)) continue;
    yield* checkTarget(own(value, 'target'), steps);
    const patch = own(value, 'patch');
    if (own(value, 'target') !== undefined || typeof patch !== 'string' || !isList(patch)) continue;
    yield {
      rule: 'missing-field',
      steps: [...steps, 'target'],
      message:
        'is required for a JSON patch, which is a list of operations: name the kind and the name of what it changes',
    };
  }
}

function* checkTarget(target: Json | undefined, steps: Steps): Generator<Found> {
  if (!isObject(target)) return;
  for (const field of SELECTING)
    for (const found of checkTexts(target, [field], 'regular-expression', checkRegularExpression))
      yield { ...found, steps: [...steps, 'target', field] };
}

/** Whether a text is a list in YAML, by its first line that says something. */
function isList(text: string): boolean {
  for (const line of text.split('\n')) {
    const bare = line.trim();
    if (bare !== '' && bare !== '---' && !bare.startsWith('#'))
      return bare.startsWith('[') || /^-(?:\s|$)/.test(bare);
  }
  return false;
}
