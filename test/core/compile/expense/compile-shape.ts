import { compile } from '../../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../../src/core/compile/model/context.ts';
import { blueprintOf } from '../../compiling.ts';
import { SHAPES } from './shapes.ts';

// Prints what becomes of one shape, as JSON: `node compile-shape.ts NAME`.
const compiled = compile(blueprintOf(SHAPES[process.argv[2] ?? '']?.()), offlineContext());
const { length } = compiled.ok ? compiled.desired.objects : [];
const problems = compiled.ok ? [] : compiled.problems;
process.stdout.write(JSON.stringify({ objects: length, count: problems.length, first: problems[0] }));
