import { readFile } from 'node:fs/promises';
import { API_VERSION, PLURAL } from '../../../src/api/names.ts';
import type { ControlPlane } from '../../control-plane/index.ts';

/**
 * Deletes a blueprint in etcd, whatever finalizers are on it. The watch of the API server reports the same then as
 * where a finalizer was stored too late: the API server reads an object, finds no finalizer, and deletes what it finds
 * next.
 */
export async function deleteFromStorage(
  { pids }: ControlPlane,
  namespace: string,
  name: string,
): Promise<void> {
  const args = (await readFile(`/proc/${pids.kubeApiserver}/cmdline`, 'utf8')).split('\0');
  const servers = args.find((arg) => arg.startsWith('--etcd-servers='))?.slice('--etcd-servers='.length);
  const [group] = API_VERSION.split('/');
  const key = `/registry/${group}/${PLURAL}/${namespace}/${name}`;
  // etcd's gateway from JSON to gRPC.
  const response = await fetch(`${servers}/v3/kv/deleterange`, {
    method: 'POST',
    body: JSON.stringify({ key: Buffer.from(key).toString('base64') }),
  });
  const { deleted } = (await response.json()) as { deleted?: string };
  if (deleted !== '1') throw new Error(`etcd deleted ${deleted ?? 'nothing'} at ${key}`);
}
