import type { JsonObject } from '../../../../api/schema/shapes/shapes.ts';
import { checkCondition, checkSyntax } from '../../../grammar/cel/check-cel.ts';
import { checkRegularExpression } from '../../../grammar/regular-expressions.ts';
import { quote } from '../../../validation/describe-value.ts';
import { textAt } from '../../../values/json.ts';
import { EACH, type Found, checkTexts } from './found.ts';

/**
 * What notification-controller 1.9 never sends: expressions that it cannot compile
 * (`internal/server/event_handlers.go`).
 */
export function* checkAlert(spec: JsonObject): Generator<Found> {
  for (const list of ['inclusionList', 'exclusionList'])
    yield* checkTexts(spec, [list, EACH], 'regular-expression', checkRegularExpression);
}

/** See {@link checkAlert} (`provider_commit_status.go`). */
export function* checkProvider(spec: JsonObject): Generator<Found> {
  yield* checkTexts(spec, ['commitStatusExpr'], 'expression', (text) =>
    text === '' ? undefined : checkSyntax(text),
  );
}

/** What stalls a Receiver: `internal/controller/receiver_controller.go`. */
export function* checkReceiver(spec: JsonObject): Generator<Found> {
  const variables = ['res', 'req', ...(textAt(spec, ['type']) === 'generic-oidc' ? ['claims'] : [])];
  for (const path of [['resourceFilter'], ['resources', EACH, 'filter']])
    yield* checkTexts(spec, path, 'expression', (text) =>
      text === '' ? undefined : checkCondition(text, variables, quote),
    );
  for (const list of ['variables', 'validations'])
    yield* checkTexts(spec, ['oidcProviders', EACH, list, EACH, 'expression'], 'expression', checkSyntax);
}
