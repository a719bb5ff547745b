import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Transport } from '../../kube/http/transport.ts';
import type { Clock } from '../../ports/clock.ts';

/** How long an answer of the API server is reused, in milliseconds: access that is revoked ends within a minute. */
const ADMITTED_MS = 60_000;
const REFUSED_MS = 10_000;

/** The most answers that are kept, and the most tokens that are reviewed at a time. */
const MAX_ANSWERS = 100;
const MAX_REVIEWS = 8;

/** How long one review may take, in milliseconds: there are two, and a scraper gives up after 10 s. */
const TIMEOUT_MS = 5000;

const REVIEWS = '/apis/authentication.k8s.io/v1/tokenreviews';
const ACCESS_REVIEWS = '/apis/authorization.k8s.io/v1/subjectaccessreviews';

/** The result of a check. `unavailable`: the API server cannot be asked now. */
export type Admission = 'admitted' | 'unauthenticated' | 'forbidden' | 'unavailable';

/** Options of {@link AccessGuard}. */
export interface AccessGuardOptions {
  clock: Clock;
  /** The API server; undefined while there is no connection to it. */
  transport: () => Transport | undefined;
  /** The path of the URL that callers want to GET. */
  path: string;
}

/**
 * Decides who may read a path, as controller-runtime's filter does: the API server must know the bearer token
 * (TokenReview) and grant its user `get` on that path as a non-resource URL (SubjectAccessReview). An admission is kept
 * for a minute and a refusal for 10 s, under a digest of the token.
 */
export class AccessGuard {
  readonly #options: AccessGuardOptions;
  readonly #answers = new LRUCache<string, { admission: Admission; until: number }>({ max: MAX_ANSWERS });
  readonly #reviews = new Map<string, Promise<Admission>>();

  constructor(options: AccessGuardOptions) {
    this.#options = options;
  }

  /** Checks the value of an `Authorization` header. Never rejects. */
  async admit(authorization: string | undefined): Promise<Admission> {
    const token = /^Bearer +(?<token>[\w.~+/=-]+)$/i.exec(authorization ?? '')?.groups?.['token'];
    if (token === undefined) return 'unauthenticated';
    const digest = createHash('sha256').update(token).digest('base64');
    const known = this.#answers.get(digest);
    if (known !== undefined && this.#options.clock.monotonic() < known.until) return known.admission;
    const pending = this.#reviews.get(digest) ?? this.#begin(digest, token);
    return pending ?? 'unavailable';
  }

  /** Starts a review; undefined if too many are running. */
  #begin(digest: string, token: string): Promise<Admission> | undefined {
    if (this.#reviews.size >= MAX_REVIEWS) return undefined;
    const review = this.#review(token)
      .catch(() => 'unavailable' as const)
      .then((admission) => {
        this.#reviews.delete(digest);
        this.#keep(digest, admission);
        return admission;
      });
    this.#reviews.set(digest, review);
    return review;
  }

  #keep(digest: string, admission: Admission): void {
    this.#answers.delete(digest);
    if (admission === 'unavailable') return;
    const lifetime = admission === 'admitted' ? ADMITTED_MS : REFUSED_MS;
    this.#answers.set(digest, { admission, until: this.#options.clock.monotonic() + lifetime });
  }

  async #review(token: string): Promise<Admission> {
    const user = await this.#authenticate(token);
    if (user === undefined) return 'unauthenticated';
    const { path } = this.#options;
    const status = await this.#ask(ACCESS_REVIEWS, 'authorization.k8s.io/v1', 'SubjectAccessReview', {
      user: user.username,
      groups: user.groups,
      uid: user.uid,
      extra: user.extra,
      nonResourceAttributes: { path, verb: 'get' },
    });
    return status['allowed'] === true ? 'admitted' : 'forbidden';
  }

  async #authenticate(token: string): Promise<UserInfo | undefined> {
    const status = await this.#ask(REVIEWS, 'authentication.k8s.io/v1', 'TokenReview', { token });
    const user = status['user'] as UserInfo | undefined;
    return status['authenticated'] === true && user?.username !== undefined ? user : undefined;
  }

  async #ask(path: string, apiVersion: string, kind: string, spec: object): Promise<Record<string, unknown>> {
    const transport = this.#options.transport();
    if (transport === undefined) throw new Error('there is no connection to the API server');
    const body = { apiVersion, kind, spec };
    const answer = await transport.request({ method: 'POST', path, body, timeoutMs: TIMEOUT_MS });
    return (answer['status'] ?? {}) as Record<string, unknown>;
  }
}

/** The user of a token (authentication.k8s.io/v1 `UserInfo`). */
interface UserInfo {
  username?: string;
  uid?: string;
  groups?: string[];
  extra?: Record<string, string[]>;
}
