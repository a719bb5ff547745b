import { isReference } from './credential-values.ts';

/**
 * Values that are credentials by their form, under any name: prefixes that issuers publish for scanners, private keys,
 * tokens of three base64url parts, and addresses that grant permission to post by themselves (incoming webhooks). Every
 * pattern is bounded or starts where no other match can start, so that long input takes linear time.
 */
const SHAPES: readonly { what: string; pattern: RegExp }[] = [
  { what: 'a private key', pattern: /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/ },
  {
    // A private key in base64: `-----BEGIN ` and then PRIVATE, RSA PRIVATE, EC PRIVATE or OPENSSH PRIVATE.
    what: 'a private key',
    pattern: /LS0tLS1CRUdJTi(?:BQUklWQVRF|BSU0EgUFJJVkFURS|BFQyBQUklWQVRF|BPUEVOU1NIIFBSSVZBVEUg)/,
  },
  { what: 'an age private key', pattern: /AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]{20}/i },
  { what: 'an AWS access key', pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/ },
  {
    what: 'a GitHub token',
    pattern: /(?<![A-Za-z0-9_])(?:gh[opsur]_[A-Za-z0-9]{30}|github_pat_[A-Za-z0-9_]{22})/,
  },
  { what: 'a GitLab token', pattern: /(?<![A-Za-z0-9_-])gl(?:pat|dt|rt|ptt|agent)-[A-Za-z0-9_-]{20}/ },
  { what: 'a Slack token', pattern: /(?<![A-Za-z0-9_-])(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10}/ },
  { what: 'a Google API key', pattern: /(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{35}/ },
  { what: 'a Vault token', pattern: /(?<![A-Za-z0-9_-])hv[bs]\.[A-Za-z0-9_-]{24}/ },
  { what: 'a Docker Hub token', pattern: /(?<![A-Za-z0-9_-])dckr_[op]at_[A-Za-z0-9_-]{20}/ },
  { what: 'an npm token', pattern: /(?<![A-Za-z0-9_-])npm_[A-Za-z0-9]{36}/ },
  { what: 'a Stripe key', pattern: /(?<![A-Za-z0-9_-])[rs]k_live_[A-Za-z0-9]{20}/ },
  {
    what: 'a JSON Web Token',
    pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,4096}\.eyJ[A-Za-z0-9_-]{8,8192}\.(?:[A-Za-z0-9_-]{8}|$)/,
  },
  ...[
    /hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9]{1,64}\/[A-Za-z0-9]/i,
    /discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/\d{1,32}\/[A-Za-z0-9_-]/i,
    /\.webhook\.office\.com\/webhookb2\/[0-9a-f]/i,
    /open\.(?:larksuite|feishu)\.(?:com|cn)\/open-apis\/bot\/(?:v\d\/)?hook\/[A-Za-z0-9]/i,
    /api\.telegram\.org\/bot\d{1,20}:[A-Za-z0-9_-]/i,
    // Mattermost and Rocket.Chat, on any host.
    /\/hooks\/[A-Za-z0-9]{16}/i,
  ].map((pattern) => ({
    what: 'the address of an incoming webhook, which is itself the permission to post',
    pattern,
  })),
];

/** User and password in a URL. Before the `@` of an image's digest stands no password. */
const USER_INFO = /:\/\/[^\s/@:?#"'<>]{0,256}:([^\s/@?#"'<>]{1,512})@(?!sha256:)/g;

/** A credential in the query of a URL. `sig` is the signature in Azure's signed addresses. */
const QUERY =
  /[?&](?:access[_-]?token|api[_-]?key|apikey|auth[_-]?token|client[_-]?secret|password|passwd|secret|sig|token)=([^\s&#"'<>]{1,512})/gi;

/**
 * Names the credential in a text by its form, e.g. "a GitHub token"; undefined if there is none. Never quotes the text.
 */
export function findCredentialShape(text: string): string | undefined {
  if (text.length < 8) return undefined;
  const shape = SHAPES.find(({ pattern }) => pattern.test(text));
  if (shape !== undefined) return shape.what;
  if (hasLiteral(text, USER_INFO)) return 'a URL with a password';
  if (/:\/\//.test(text) && hasLiteral(text, QUERY)) return 'a URL with a credential in its query';
  return undefined;
}

function hasLiteral(text: string, pattern: RegExp): boolean {
  for (const [, value = ''] of text.matchAll(pattern)) if (!isReference(value)) return true;
  return false;
}
