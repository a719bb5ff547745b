import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleProgram } from '../../build/bundle.ts';
import { makeFolder } from '../files.ts';
import { sharedVariables } from '../jest/shared-control-plane.ts';

/** The bundled program, and how to remove it. */
export interface Bundle {
  file: string;
  remove: () => Promise<void>;
}

/** The bundle that a Jest run shares or, outside of one, a bundle in a folder of its own. */
export async function bundleForTest(): Promise<Bundle> {
  const shared = process.env[sharedVariables.bundle];
  if (shared !== undefined) return { file: shared, remove: () => Promise.resolve() };
  const folder = await makeFolder('bundle');
  const file = await bundleProgram(join(folder, 'dist'));
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}
