import type { Blueprint } from '../../../../src/api/schema/blueprint.ts';
import { compile } from '../../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../../src/core/compile/model/context.ts';
import { lint } from '../../../../src/core/lint/lint.ts';
import { blueprintOf } from '../../compiling.ts';
import { SHAPES } from './shapes.ts';

// Prints what becomes of one shape, as JSON: `node compile-shape.ts NAME`. What compiles is linted too.
const blueprint = blueprintOf(SHAPES[process.argv[2] ?? '']?.());
const compiled = compile(blueprint, offlineContext());
const { length } = compiled.ok ? compiled.desired.objects : [];
const problems = compiled.ok ? [] : compiled.problems;
const observed = { live: () => undefined, exists: () => false };
const { findings, refused } = compiled.ok
  ? lint({ blueprint: blueprint as Blueprint, desired: compiled.desired, observed }, 'Enforce')
  : { findings: [], refused: [] };
process.stdout.write(
  JSON.stringify({
    objects: length,
    count: problems.length,
    first: problems[0],
    findings: findings.length,
    refused: refused.length,
  }),
);
