/** Characters that Go refuses in the host of a URL (`shouldEscape` of net/url, in the mode for hosts). */
const NO_HOST = /[\s{}|\\^`#/?@]/;
/** What Go allows before the `@` of a URL (`validUserinfo`). */
const USER = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;
const ESCAPES = /%(?![0-9A-Fa-f]{2})/;

/** The parts of a URL that Go could parse. */
export interface Url {
  scheme: string;
  /** What stands before the `@`; undefined where nothing does. */
  user: string | undefined;
  /** The host with its port. */
  host: string;
  /** Everything after the host. */
  rest: string;
}

/**
 * Parses a URL with a scheme and `//` as Go's `url.Parse` does, or says why that fails. It is exact for the texts that
 * the patterns of Flux's CRDs let through, except for IPv6 zones and escapes in hosts, which pass.
 */
export function parseUrl(text: string): { url: Url } | { wrong: string } {
  // eslint-disable-next-line no-control-regex -- these are what Go refuses
  if (/^[^#]*[\u0000-\u001f\u007f]/.test(text)) return { wrong: 'holds a control character' };
  const [, scheme, authority = '', rest = ''] =
    /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)(.*)$/s.exec(text) ?? [];
  if (scheme === undefined) return { wrong: 'has no scheme, e.g. https://' };
  const { user, host } = splitAuthority(authority);
  const wrong = wrongUser(user) ?? wrongHost(scheme, host) ?? wrongPath(rest);
  return wrong === undefined ? { url: { scheme: scheme.toLowerCase(), user, host, rest } } : { wrong };
}

function splitAuthority(authority: string): Pick<Url, 'user' | 'host'> {
  const at = authority.lastIndexOf('@');
  return { user: at < 0 ? undefined : authority.slice(0, at), host: authority.slice(at + 1) };
}

function wrongUser(user: string | undefined): string | undefined {
  if (user === undefined) return undefined;
  return USER.test(user) && !ESCAPES.test(user)
    ? undefined
    : 'has a character before the `@` that must be escaped';
}

function wrongHost(scheme: string, host: string): string | undefined {
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']');
    if (end < 0) return 'has a `[` without `]` in its host';
    return /^(?::[0-9]*)?$/.test(host.slice(end + 1)) ? undefined : 'has a port that is no number';
  }
  if (NO_HOST.test(host)) return 'has a character in its host that no host has';
  // Go looks for the port after the first colon where it knows the scheme.
  const colon = /^https?$/i.test(scheme) ? host.indexOf(':') : host.lastIndexOf(':');
  return colon < 0 || /^[0-9]*$/.test(host.slice(colon + 1)) ? undefined : 'has a port that is no number';
}

function wrongPath(rest: string): string | undefined {
  const [path = ''] = rest.split(/[?#]/, 1);
  const fragment = rest.includes('#') ? rest.slice(rest.indexOf('#') + 1) : '';
  return ESCAPES.test(path) || ESCAPES.test(fragment)
    ? 'has a `%` that no two hexadecimal digits follow'
    : undefined;
}
