import type { JsonObject } from '../../../../api/schema/shapes/shapes.ts';
import { checkDigest, checkOciUrl } from '../../../grammar/oci-names.ts';
import { checkRegularExpression } from '../../../grammar/regular-expressions.ts';
import { type Url, parseUrl } from '../../../grammar/urls.ts';
import { checkRange } from '../../../grammar/version-ranges.ts';
import { own, textAt, valueAt } from '../../../values/json.ts';
import { type Found, checkTexts } from './found.ts';

/** What source-controller 1.9 never fetches: `internal/controller/*_controller.go`, and the libraries that it calls. */
export function* checkGit(spec: JsonObject): Generator<Found> {
  const text = textAt(spec, ['url']);
  if (text !== undefined) yield* checkGitUrl(text, spec);
  yield* checkTexts(spec, ['ref', 'semver'], 'range', checkRange);
  const name = textAt(spec, ['ref', 'name']);
  if (name !== undefined && (name.startsWith('/') || name.endsWith('/')))
    yield {
      rule: 'pattern',
      steps: ['ref', 'name'],
      message: 'must neither begin nor end with a slash, e.g. refs/heads/main',
    };
  if (textAt(spec, ['provider']) === 'github' && own(spec, 'secretRef') === undefined)
    yield {
      rule: 'missing-field',
      steps: ['secretRef'],
      message: 'is required beside `provider: github`: a Secret with the data of the GitHub App',
    };
  yield* checkVerify(spec);
}

function* checkGitUrl(text: string, spec: JsonObject): Generator<Found> {
  const parsed = parseUrl(text);
  if ('wrong' in parsed) {
    yield { rule: 'url', steps: ['url'], message: parsed.wrong + remedyFor(text) };
    return;
  }
  yield* checkSsh(parsed.url, spec);
}

function* checkSsh({ scheme, host }: Url, spec: JsonObject): Generator<Found> {
  if (scheme !== 'ssh') return;
  if (host === '') yield { rule: 'url', steps: ['url'], message: 'has no host: write ssh://git@HOST/PATH' };
  if (own(spec, 'secretRef') === undefined)
    yield {
      rule: 'missing-field',
      steps: ['secretRef'],
      message: 'is required for a repository over SSH: a Secret with `identity` and `known_hosts`',
    };
}

/** The short form of SSH with a colon is what people paste. */
function remedyFor(text: string): string {
  return /^ssh:\/\/[^/:]+:[^/0-9]/.test(text)
    ? ': write a slash after the host, as in ssh://git@HOST/PATH'
    : '';
}

/** Only a tag can be verified as one (reason `InvalidVerificationMode`). A commit or a name wins over a tag. */
function* checkVerify(spec: JsonObject): Generator<Found> {
  const mode = textAt(spec, ['verify', 'mode']);
  if (mode !== 'Tag' && mode !== 'TagAndHEAD') return;
  const [commit, name] = [textAt(spec, ['ref', 'commit']), textAt(spec, ['ref', 'name'])];
  const names = commit === undefined && name === undefined;
  const tagged = textAt(spec, ['ref', 'tag']) ?? textAt(spec, ['ref', 'semver']);
  if (names ? tagged !== undefined : commit === undefined && name?.startsWith('refs/tags/') === true) return;
  yield {
    rule: 'not-allowed',
    steps: ['verify', 'mode'],
    message: `${mode} needs a tag to verify: name one by \`ref.tag\` or \`ref.semver\`, or verify HEAD`,
  };
}

/** See {@link checkGit}. */
export function* checkOci(spec: JsonObject): Generator<Found> {
  yield* checkTexts(spec, ['url'], 'url', checkOciUrl);
  yield* checkTexts(spec, ['ref', 'digest'], 'digest', checkDigest);
  // A digest wins over a range, which Flux then never reads.
  if (textAt(spec, ['ref', 'digest']) === undefined) {
    yield* checkTexts(spec, ['ref', 'semver'], 'range', checkRange);
    if (textAt(spec, ['ref', 'semver']) !== undefined)
      yield* checkTexts(spec, ['ref', 'semverFilter'], 'regular-expression', checkRegularExpression);
  }
  yield* checkNotation(spec, ['verify']);
}

/** Notation has no way to verify without a Secret. */
export function* checkNotation(spec: JsonObject, at: readonly string[]): Generator<Found> {
  if (textAt(spec, [...at, 'provider']) !== 'notation' || valueAt(spec, [...at, 'secretRef']) !== undefined)
    return;
  yield {
    rule: 'missing-field',
    steps: [...at, 'secretRef'],
    message: 'is required beside `provider: notation`: a Secret with the trust policy and the certificates',
  };
}

/** See {@link checkGit}. */
export function* checkHelmRepository(spec: JsonObject): Generator<Found> {
  const text = textAt(spec, ['url']);
  if (text === undefined) return;
  const isOci = textAt(spec, ['type']) === 'oci';
  if (!isOci && text.startsWith('oci://')) {
    yield {
      rule: 'url',
      steps: ['url'],
      message:
        'is an OCI registry, which a Helm repository of the default type cannot read: add `type: oci`, or use an `oci` source, where the artifact is the chart itself',
    };
  } else if (isOci && !text.startsWith('oci://')) {
    yield { rule: 'url', steps: ['url'], message: 'must begin with oci:// beside `type: oci`' };
  } else {
    const parsed = parseUrl(text);
    if ('wrong' in parsed) yield { rule: 'url', steps: ['url'], message: parsed.wrong };
  }
}

/** See {@link checkGit}. Only Azure wants a scheme, and only what is no Azure refuses one. */
export function* checkBucket(spec: JsonObject): Generator<Found> {
  const sts = textAt(spec, ['sts', 'endpoint']);
  const parsed = sts === undefined ? undefined : parseUrl(sts);
  if (parsed !== undefined && 'wrong' in parsed)
    yield { rule: 'url', steps: ['sts', 'endpoint'], message: parsed.wrong };
  const provider = textAt(spec, ['provider']) ?? 'generic';
  const endpoint = textAt(spec, ['endpoint']);
  if ((provider === 'generic' || provider === 'aws') && endpoint !== undefined && /\/./.test(endpoint))
    yield {
      rule: 'url',
      steps: ['endpoint'],
      message:
        'must be a host, perhaps with a port, and no address with scheme or path, e.g. minio.example.com:9000',
    };
}
