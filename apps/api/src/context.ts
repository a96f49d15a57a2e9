import { type CatalogueId, KindlingError } from '@kindling/domain';
import type { Locale } from '@kindling/recommender';
import type { Principal } from './principal.js';
import type { Services } from './services.js';

/**
 * What a resolver may know of its request. `catalogue` is the only tenant it can name: every store call takes
 * it from here, and no argument of any operation is a catalogue id.
 */
export class RequestContext {
  /** Headers that the answer carries besides its body: cookies, Retry-After. */
  readonly responseHeaders = new Map<string, string>();

  constructor(
    readonly services: Services,
    readonly principal: Principal,
    readonly requestId: string,
    readonly request: RequestFacts,
  ) {}

  get catalogue(): CatalogueId {
    if (this.principal.kind === 'nobody' || this.principal.catalogue === null) {
      throw new KindlingError('UNAUTHENTICATED', 'This operation needs a catalogue: send a key, or sign in');
    }
    return this.principal.catalogue;
  }

  /** Who did it, for the audit log. */
  get actor(): string {
    const { principal } = this;
    if (principal.kind === 'key') return `key:${principal.prefix}`;
    return principal.kind === 'member' ? `member:${principal.email}` : 'nobody';
  }
}

export interface RequestFacts {
  readonly locale: Locale;
  readonly address: string;
  readonly origin: string | null;
  /** Whether the connection is encrypted, so that cookies may be marked Secure. */
  readonly secure: boolean;
  readonly sessionToken: string | null;
  readonly userAgent: string | null;
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal;
}
