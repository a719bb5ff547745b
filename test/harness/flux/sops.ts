import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildProgram } from '../../control-plane/index.ts';
import { makeFolder, writeFiles } from '../files.ts';

const execute = promisify(execFile);

/** A file of a repository, and the `.sops.yaml` at its root. */
export interface SopsFile {
  /** Below the root. */
  path: string;
  content: string;
  sopsYaml: string;
}

/** Encrypts a file as `sops encrypt` does in a repository. Answers what the file is then. */
export function encrypt(file: SopsFile): Promise<string> {
  return runSops(file, ['encrypt', '--in-place', file.path]);
}

/** Encrypts an encrypted file to whom `.sops.yaml` names now, as `sops updatekeys` does. Takes one of its keys. */
export function updateKeys(file: SopsFile, identity: string): Promise<string> {
  return runSops(file, ['updatekeys', '--yes', file.path], { SOPS_AGE_KEY: identity });
}

/** Decrypts a file as somebody does who has one of its keys. */
export function decrypt(file: SopsFile, identity: string): Promise<string> {
  return runSops(file, ['decrypt', '--in-place', file.path], { SOPS_AGE_KEY: identity });
}

async function runSops(
  { path, content, sopsYaml }: SopsFile,
  args: string[],
  env: Record<string, string> = {},
): Promise<string> {
  const { path: sops } = await buildProgram('sops');
  const folder = await makeFolder('sops');
  try {
    await writeFiles(folder, { '.sops.yaml': sopsYaml, [path]: content });
    await execute(sops, args, { cwd: folder, env: { HOME: folder, ...env } });
    return await readFile(join(folder, path), 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
