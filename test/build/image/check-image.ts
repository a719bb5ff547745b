/**
 * Runs the image that `make image` built with buildah, as the kubelet would: as user 65532, with a root that is
 * read-only. It renders a sample, and runs the operator against a real API server until it is ready. Linux, as root.
 */
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { KubeConfig } from '@kubernetes/client-node';
import { startBareCluster } from '../../harness/operator/cluster.ts';
import { readVersion, root } from '../bundle.ts';
import { run } from '../run.ts';
import { BUILDAH } from './buildah.ts';

/** Enters a root that is read-only but for its /tmp, as the user of the image. The first argument is the root. */
const ENTER = `
mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" &&
mount -t tmpfs tmpfs "$0/tmp" && cp -r "$1" "$0/tmp/given" && chmod -R a+rX "$0/tmp/given" &&
mount -o remount,ro "$0/tmp" && mkdir -p "$0/proc" 2>/dev/null; root=$0; shift
exec chroot --userspec=65532:65532 "$root" "$@"`;

/** Runs the entry point of the image with arguments; `given` is a folder that it finds at /tmp/given. */
function enter(mounted: string, given: string, args: readonly string[], env: Record<string, string> = {}) {
  const entry = ['/nodejs/bin/node', '/app/fluxblueprint.js', ...args];
  return spawn('unshare', ['--mount', 'sh', '-c', ENTER, mounted, given, ...entry], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function render(mounted: string, given: string): Promise<string> {
  const child = enter(mounted, given, ['render', '/tmp/given/platform.yaml']);
  const ended = new Promise((resolve) => child.on('close', resolve));
  const [printed, said, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`render ended with ${String(code)}: ${said}`);
  return printed;
}

/** Runs the operator until it is ready, ends it, and answers its exit code. */
async function operate(mounted: string, given: string): Promise<number | null> {
  const child = enter(mounted, given, ['operator', '--health-addr=127.0.0.1:0', '--metrics-addr=0'], {
    KUBECONFIG: '/tmp/given/kubeconfig',
  });
  const lines: string[] = [];
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const ready = new Promise<boolean>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      if (line.includes('"msg":"ready"')) resolve(true);
    });
    void ended.then(() => {
      resolve(false);
    });
  });
  if (!(await ready)) throw new Error(`the operator ended before it was ready:\n${lines.join('\n')}`);
  child.kill('SIGTERM');
  return ended;
}

const given = await mkdtemp(join(tmpdir(), 'fluxblueprint-image-'));
const container = (
  await run('buildah', [...BUILDAH, 'from', '--pull=never', `fluxblueprint:${await readVersion()}`])
).trim();
const cluster = await startBareCluster();
try {
  const mounted = (await run('buildah', [...BUILDAH, 'mount', container])).trim();
  await mkdir(join(mounted, 'tmp'), { recursive: true });
  await cp(join(root, 'config/samples/platform.yaml'), join(given, 'platform.yaml'));
  const config = new KubeConfig();
  config.loadFromFile(cluster.controlPlane.kubeconfigPath);
  await writeFile(join(given, 'kubeconfig'), config.exportConfig());
  const objects = (await render(mounted, given)).split('\n---\n').length;
  process.stdout.write(`render of a sample, as user 65532 on a read-only root: ${objects} objects\n`);
  const code = await operate(mounted, given);
  process.stdout.write(`operator, as user 65532 on a read-only root: ready, ended with ${String(code)}\n`);
} finally {
  await cluster.stop();
  await run('buildah', [...BUILDAH, 'rm', container]);
  await rm(given, { recursive: true, force: true });
}
