import { existsSync } from 'node:fs';
import { chmod, cp, lstat, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../run.ts';
import { BUILDAH } from './buildah.ts';

/** The release of Debian that the Dockerfile's last image is of. */
const SUITE = 'trixie';

/** The packages that the image without a shell consists of, beside Node. */
const BARE = [
  'base-files',
  'netbase',
  'tzdata',
  'ca-certificates',
  'libc6',
  'gcc-14-base',
  'libgcc-s1',
  'libstdc++6',
  'libatomic1',
];

const NODE_IMAGE = 'docker.io/library/node:24-slim';
const BARE_IMAGE = 'gcr.io/distroless/nodejs24-debian13:nonroot';

/**
 * Makes the images that the Dockerfile names, from Debian's packages and the Node of npm, and answers the flags by
 * which a build finds them and npm's own settings. Needs root, debootstrap and buildah.
 */
export async function makeLocalBases(): Promise<string[]> {
  if (process.getuid?.() !== 0) throw new Error('BASE=local needs root: debootstrap makes a whole system');
  const folder = await mkdtemp(join(tmpdir(), 'fluxblueprint-bases-'));
  try {
    const debian = join(folder, 'debian');
    const mirror = process.env['DEBIAN_MIRROR'] ?? 'http://deb.debian.org/debian';
    const include = ['netbase', 'tzdata', 'ca-certificates', 'libstdc++6', 'libatomic1'].join(',');
    await run('debootstrap', ['--variant=minbase', `--include=${include}`, SUITE, debian, mirror]);
    const bare = join(folder, 'bare');
    await copyBare(debian, bare);
    await commit(bare, BARE_IMAGE);
    await addNode(join(debian, 'usr', 'local', 'bin'));
    await addNpm(join(debian, 'usr', 'local'));
    await commit(debian, NODE_IMAGE, await addAuthority(debian));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const npmrc = join(homedir(), '.npmrc');
  return ['--pull=never', ...(existsSync(npmrc) ? ['--volume', `${npmrc}:/root/.npmrc:ro`] : [])];
}

/** Copies the certificate authority that Node is told of on this machine, and answers how Node is told of it there. */
async function addAuthority(debian: string): Promise<string[]> {
  const file = process.env['NODE_EXTRA_CA_CERTS'];
  if (file === undefined) return [];
  await cp(file, join(debian, 'etc/ssl/certs/local.pem'));
  return ['--env', 'NODE_EXTRA_CA_CERTS=/etc/ssl/certs/local.pem'];
}

async function commit(folder: string, image: string, settings: readonly string[] = []): Promise<void> {
  const container = (await run('buildah', [...BUILDAH, 'from', 'scratch'])).trim();
  await run('buildah', [...BUILDAH, 'add', container, folder, '/']);
  const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  await run('buildah', [...BUILDAH, 'config', '--env', path, ...settings, container]);
  await run('buildah', [...BUILDAH, 'commit', '--rm', container, image]);
}

/** The Node that runs this is the one that npm installed: one file. */
async function addNode(bin: string): Promise<void> {
  await mkdir(bin, { recursive: true });
  await cp(process.execPath, join(bin, 'node'));
  await chmod(join(bin, 'node'), 0o755);
}

async function addNpm(prefix: string): Promise<void> {
  const global = (await run('npm', ['root', '--global'])).trim();
  await cp(join(global, 'npm'), join(prefix, 'lib', 'node_modules', 'npm'), { recursive: true });
  for (const name of ['npm', 'npx'])
    await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(prefix, 'bin', name));
}

/** Copies the files of {@link BARE} out of a whole system, and adds the user without rights. */
async function copyBare(debian: string, bare: string): Promise<void> {
  for (const name of BARE)
    for (const file of await listFiles(debian, name)) await copyFile(debian, bare, file);
  // Debian merged these folders, and programs name the old ones.
  for (const name of ['bin', 'lib', 'lib64', 'sbin'])
    // base-files may have brought the link already, which leads nowhere as long as the folder is not there.
    if ((await lstat(join(bare, name)).catch(() => undefined)) === undefined)
      await symlink(`usr/${name}`, join(bare, name));
  await cp(
    join(debian, 'etc/ssl/certs/ca-certificates.crt'),
    join(bare, 'etc/ssl/certs/ca-certificates.crt'),
  );
  await addNode(join(bare, 'nodejs', 'bin'));
  await mkdir(join(bare, 'home', 'nonroot'), { recursive: true });
  await mkdir(join(bare, 'tmp'), { recursive: true });
  await chmod(join(bare, 'tmp'), 0o1777);
  await writeFile(
    join(bare, 'etc/passwd'),
    'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
  );
  await writeFile(join(bare, 'etc/group'), 'root:x:0:\nnonroot:x:65532:\n');
}

/** The files of a package of Debian, but documentation and translations. */
async function listFiles(debian: string, name: string): Promise<string[]> {
  const info = join(debian, 'var/lib/dpkg/info');
  const arch = (await run('dpkg', ['--print-architecture'])).trim();
  const list = [`${name}.list`, `${name}:${arch}.list`].map((file) => join(info, file)).find(existsSync);
  if (list === undefined) return [];
  const paths = (await readFile(list, 'utf8')).split('\n');
  return paths.filter(
    (path) => path !== '' && path !== '/.' && !/^\/usr\/share\/(doc|man|locale|lintian)/u.test(path),
  );
}

async function copyFile(from: string, to: string, path: string): Promise<void> {
  const stat = await lstat(join(from, path)).catch(() => undefined);
  // Of a merged folder only the new name is copied.
  if (stat === undefined || stat.isDirectory() || /^\/(bin|sbin|lib|lib64)\//u.test(path)) {
    if (stat?.isFile() === true || stat?.isSymbolicLink() === true) await copyFile(from, to, `/usr${path}`);
    return;
  }
  await mkdir(dirname(join(to, path)), { recursive: true });
  await cp(join(from, path), join(to, path), { verbatimSymlinks: true });
}
