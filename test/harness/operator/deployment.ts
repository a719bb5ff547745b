import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { valueAt } from '../../../src/core/values/json.ts';

const FILE = new URL('../../../config/manager/deployment.yaml', import.meta.url);

/** What the Deployment gives the container of the operator. */
function readContainer(): unknown {
  return valueAt(parse(readFileSync(FILE, 'utf8')), ['spec', 'template', 'spec', 'containers', 0]);
}

/** The options of Node that the Deployment sets, as arguments. */
export function deployedNodeOptions(): string[] {
  const found = valueAt(readContainer(), ['env', 0]);
  const [name, value] = [valueAt(found, ['name']), valueAt(found, ['value'])];
  if (name !== 'NODE_OPTIONS' || typeof value !== 'string')
    throw new Error('the Deployment sets no NODE_OPTIONS');
  return value.split(' ');
}

/** The most memory that the Deployment gives the operator with all that it starts, in MiB. */
export function deployedMemory(): number {
  const limit = valueAt(readContainer(), ['resources', 'limits', 'memory']);
  const [, mebibytes] = /^(\d+)Mi$/.exec(typeof limit === 'string' ? limit : '') ?? [];
  if (mebibytes === undefined) throw new Error('the Deployment limits no memory in MiB');
  return Number(mebibytes);
}
