import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../src/api/object.ts';
import { buildProgram } from '../control-plane/index.ts';

const run = promisify(execFile);

const VARIANTS = ['default', 'lockdown'] as const;

/**
 * The source file with the objects of `config/default` and `config/lockdown`, as kustomize builds them, for
 * `fluxblueprint install`. What both have stands there once.
 *
 * @param config the folder `config`
 */
export async function generateInstallation(config: string): Promise<string> {
  const { path } = await buildProgram('kustomize');
  const parts = new Map<string, { variants: string[]; object: KubeObject }>();
  for (const variant of VARIANTS) {
    const { stdout } = await run(path, ['build', join(config, variant)], { maxBuffer: 64 * 1024 * 1024 });
    for (const object of parseAllDocuments(stdout).map((document) => document.toJS() as KubeObject)) {
      const key = JSON.stringify(object);
      const part = parts.get(key) ?? { variants: [], object };
      part.variants.push(variant);
      parts.set(key, part);
    }
  }
  const lines = [...parts.values()].map((part) => `  ${JSON.stringify(part)},`);
  return `// Generated from config/ by \`make generate\`; do not edit.
import type { Part } from './part.ts';

/** The objects of the installation, in the order of kustomize. */
export const PARTS: readonly Part[] = [
${lines.join('\n')}
];
`;
}
