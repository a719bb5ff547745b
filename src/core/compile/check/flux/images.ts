import type { JsonObject } from '../../../../api/schema/shapes/shapes.ts';
import { checkOciUrl } from '../../../grammar/oci-names.ts';
import { checkRegularExpression } from '../../../grammar/regular-expressions.ts';
import { checkRange } from '../../../grammar/version-ranges.ts';
import { isObject, own, textAt, valueAt } from '../../../values/json.ts';
import { EACH, type Found, checkTexts } from './found.ts';

/** The orders of tags. Where there are several, the controller takes the first of them. */
const ORDERS = ['semver', 'alphabetical', 'numerical'];

/** What stalls an ImagePolicy of image-reflector-controller 1.2 (`InvalidPolicy`). */
export function* checkImagePolicy(spec: JsonObject): Generator<Found> {
  yield* checkTexts(spec, ['policy', 'semver', 'range'], 'range', checkRange);
  yield* checkTexts(spec, ['filterTags', 'pattern'], 'regular-expression', checkRegularExpression);
  const policy = own(spec, 'policy');
  if (isObject(policy) && ORDERS.every((order) => own(policy, order) === undefined))
    yield {
      rule: 'missing-field',
      steps: ['policy'],
      message: `needs one of ${ORDERS.join(', ')}: how the newest tag is found`,
    };
}

/** What stalls an ImageRepository of image-reflector-controller 1.2 (`ImageURLInvalid`). */
export function* checkImageRepository(spec: JsonObject): Generator<Found> {
  const image = textAt(spec, ['image']);
  if (image?.includes('://') === true)
    yield {
      rule: 'url',
      steps: ['image'],
      message: 'must be the name of an image without a scheme, e.g. ghcr.io/org/app',
    };
  else
    yield* checkTexts(spec, ['image'], 'url', (text) =>
      /[@:]/.test(text.slice(text.indexOf('/') + 1))
        ? 'must be the name of an image without tag and digest'
        : checkOciUrl(text),
    );
  yield* checkTexts(spec, ['exclusionList', EACH], 'regular-expression', checkRegularExpression);
}

/** What stalls an ImageUpdateAutomation of image-automation-controller 1.2 (`InvalidSourceConfiguration`). */
export function* checkImageUpdateAutomation(spec: JsonObject): Generator<Found> {
  if (textAt(spec, ['sourceRef', 'kind']) === 'GitRepository' && valueAt(spec, ['git']) === undefined)
    yield {
      rule: 'missing-field',
      steps: ['git'],
      message: 'is required for a GitRepository: what to commit, and where',
    };
}
