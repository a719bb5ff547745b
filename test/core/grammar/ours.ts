import { checkCondition, checkSyntax } from '../../../src/core/grammar/cel/check-cel.ts';
import { checkDuration } from '../../../src/core/grammar/durations.ts';
import { checkChartName } from '../../../src/core/grammar/names.ts';
import { checkDigest, checkOciUrl } from '../../../src/core/grammar/oci-names.ts';
import { checkRegularExpression } from '../../../src/core/grammar/regular-expressions.ts';
import { parseUrl } from '../../../src/core/grammar/urls.ts';
import { checkRange } from '../../../src/core/grammar/version-ranges.ts';
import type { Grammar } from './texts.ts';

/** Our grammars by the names that test/programs/go-grammars has for Go's. */
export const OURS: Readonly<Record<Grammar, (text: string) => string | undefined>> = {
  cel: checkSyntax,
  dependency: (text) => checkCondition(text, ['self', 'dep'], JSON.stringify),
  duration: checkDuration,
  range: checkRange,
  regexp: checkRegularExpression,
  url: (text) => {
    const parsed = parseUrl(text);
    return 'wrong' in parsed ? parsed.wrong : undefined;
  },
  oci: checkOciUrl,
  digest: checkDigest,
  chart: checkChartName,
};
