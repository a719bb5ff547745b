import { parseUrl } from './urls.ts';

/**
 * What may follow the host in the address of an OCI repository (`pkg/name` of go-containerregistry 0.21, which wants
 * two characters; that is left to Flux).
 */
const REPOSITORY = /^[a-z0-9_\-./]{1,255}$/;

/**
 * Says why source-controller refuses the address of an OCI repository: `oci://` must be followed by a host and a path
 * without tag or digest.
 */
export function checkOciUrl(text: string): string | undefined {
  const name = text.replace(/^oci:\/\//, '');
  const slash = name.indexOf('/');
  const [first, rest] = slash < 0 ? ['', name] : [name.slice(0, slash), name.slice(slash + 1)];
  const isHost = /[.:]/.test(first);
  const repository = isHost ? rest : name;
  if (repository.includes('@')) return 'names a digest: put it into `ref.digest`';
  if (repository.includes(':')) return 'names a tag: put it into `ref.tag`';
  if (!REPOSITORY.test(repository))
    return 'names no repository: after the host come at most 255 lower-case letters, digits, `_`, `-`, `.` and `/`, e.g. oci://ghcr.io/org/app';
  if (!isHost) return undefined;
  const parsed = parseUrl(`oci://${first}`);
  if ('wrong' in parsed) return parsed.wrong;
  return parsed.url.user === undefined ? undefined : 'has a user before its host, where none may stand';
}

/** Says why an artifact can have no such digest (`NewHash` of go-containerregistry 0.21). */
export function checkDigest(text: string): string | undefined {
  return /^sha256:[0-9a-f]{64}$/.test(text) ? undefined : 'is no digest: `sha256:` and 64 hexadecimal digits';
}
