import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type CatalogueId, KindlingError } from '@kindling/domain';
import { LRUCache } from 'lru-cache';
import type { Principal } from './principal.js';
import { type KeyScope, keyScopes, type Role, roles } from './principal.js';

export const sessionCookie = 'kindling_session';
/** How long a looked-up key or session is believed: a revoked one works for at most this long. */
export const beliefMs = 1_000;

/** Where keys and sessions are looked up, by SHA-256: the secrets themselves are stored nowhere. */
export interface Credentials {
  findKey(sha256: string): Promise<StoredKey | null>;
  findSession(sha256: string): Promise<StoredSession | null>;
}
export interface StoredKey {
  readonly id: string;
  readonly kind: 'public' | 'secret';
  readonly prefix: string;
  readonly catalogue: CatalogueId;
  readonly scopes: readonly string[];
  readonly origins: readonly string[];
  readonly expiresAt: Date | null;
}
export interface StoredSession {
  readonly memberId: string;
  readonly email: string;
  readonly name: string;
  readonly expiresAt: Date;
  /** In order of joining; the first is the default. */
  readonly memberships: readonly {
    readonly catalogue: CatalogueId;
    readonly role: string;
  }[];
}

const nobody: Principal = { kind: 'nobody' };

interface KnownKey {
  readonly key: StoredKey;
  readonly principal: Principal;
}

/** The clock is looked at ten times a second, not for each request; together the two make `beliefMs`. */
const belief = { max: 10_000, ttl: beliefMs - 100, ttlResolution: 100 } as const;

/** Tells who sends a request: a key in `Authorization: Bearer`, or a console session in a cookie. */
export class Authenticator {
  private readonly keys = new LRUCache<string, { found: KnownKey | null }>(belief);
  private readonly sessions = new LRUCache<string, { found: StoredSession | null }>(belief);

  constructor(private readonly credentials: Credentials) {}

  async keyPrincipal(headers: IncomingHttpHeaders): Promise<Principal> {
    const header = headers.authorization;
    if (header === undefined) return nobody;
    const token = /^Bearer ([ps]k_[A-Za-z0-9_-]{43})$/i.exec(header)?.[1];
    if (!token) {
      throw new KindlingError(
        'UNAUTHENTICATED',
        'The Authorization header is not "Bearer pk_…" or "Bearer sk_…"',
      );
    }
    const known = await this.lookUp(this.keys, sha256(token), async (sha) => {
      const key = await this.credentials.findKey(sha);
      return key && { key, principal: principalOf(key) };
    });
    const key = known?.key;
    if (!known || !key || (key.expiresAt && key.expiresAt.getTime() <= Date.now())) {
      throw new KindlingError(
        'UNAUTHENTICATED',
        'The key is unknown, revoked or expired: make a new one in the console',
      );
    }
    if (key.origins.length > 0 && !key.origins.includes(headers.origin ?? '')) {
      throw new KindlingError(
        'FORBIDDEN',
        `The key answers only to its own origins, and ${headers.origin ?? 'a request without an Origin header'} is not one of them`,
      );
    }
    return known.principal;
  }

  /** A key if there is one, else the session of the cookie; its catalogue is named by x-kindling-catalogue. */
  async adminPrincipal(headers: IncomingHttpHeaders): Promise<Principal> {
    if (headers.authorization !== undefined) return this.keyPrincipal(headers);
    const token = sessionToken(headers);
    if (token === null) return nobody;
    const session = await this.lookUp(this.sessions, sha256(token), (sha) =>
      this.credentials.findSession(sha),
    );
    if (!session || session.expiresAt.getTime() <= Date.now()) return nobody;
    const wanted = headers['x-kindling-catalogue'];
    const membership =
      wanted === undefined
        ? session.memberships[0]
        : session.memberships.find(({ catalogue }) => catalogue === wanted);
    if (wanted !== undefined && !membership) {
      throw new KindlingError('NOT_FOUND', `There is no catalogue ${JSON.stringify(wanted)} among yours`, {
        field: 'x-kindling-catalogue',
      });
    }
    return {
      kind: 'member',
      memberId: session.memberId,
      email: session.email,
      name: session.name,
      catalogue: membership?.catalogue ?? null,
      role: roles.find((role): role is Role => role === membership?.role) ?? null,
    };
  }

  /** Forgets what is believed of a session or key at once, in this process. */
  forget(secretSha256: string) {
    this.keys.delete(secretSha256);
    this.sessions.delete(secretSha256);
  }

  /** The same for all sessions of a member, when what they may do has changed. */
  forgetMember(memberId: string) {
    for (const [secret, { found }] of this.sessions.entries()) {
      if (found?.memberId === memberId) this.sessions.delete(secret);
    }
  }

  private async lookUp<T extends object>(
    cache: LRUCache<string, { found: T | null }>,
    hash: string,
    find: (sha256: string) => Promise<T | null>,
  ): Promise<T | null> {
    const believed = cache.get(hash);
    if (believed) return believed.found;
    const found = await find(hash);
    cache.set(hash, { found });
    return found;
  }
}

const principalOf = (key: StoredKey): Principal => ({
  kind: 'key',
  keyKind: key.kind,
  keyId: key.id,
  prefix: key.prefix,
  catalogue: key.catalogue,
  scopes: key.scopes.filter((scope): scope is KeyScope => (keyScopes as readonly string[]).includes(scope)),
});

export const sha256 = (text: string) => hash('sha256', text);

export function sessionToken(headers: IncomingHttpHeaders): string | null {
  for (const part of (headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=');
    if (name === sessionCookie && value) return value;
  }
  return null;
}
