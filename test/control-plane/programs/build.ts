/** Builds the programs named on the command line from test/programs and prints their paths: `node build.ts kind`. */
import { buildProgram } from './build-program.ts';

for (const name of process.argv.slice(2)) {
  const { path } = await buildProgram(name);
  process.stdout.write(`${path}\n`);
}
