import type { ProvenIdentity } from '@kindling/storage';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { z } from 'zod';
import type { OidcConfig } from './oidc-env.js';

/** What the browser keeps while its person is at the provider, to prove afterwards that it was this browser. */
export const oidcAttemptSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
});
export type OidcAttempt = z.infer<typeof oidcAttemptSchema>;

/** Why somebody whom the provider knows does not come in: their address is not theirs for sure, or of a wrong domain. */
export class UnprovenAddress extends Error {}

const timeoutSeconds = 10;
const claimsSchema = z.object({
  iss: z.string(),
  sub: z.string(),
  email: z.email().transform((email) => email.toLowerCase()),
  // some providers write it as a text
  email_verified: z.union([z.literal(true), z.literal('true')]),
  name: z.string().min(1).max(200).optional(),
});

/**
 * The OpenID provider of this installation: authorization code with PKCE, state and nonce. Its endpoints are
 * discovered when somebody first signs in, and again when that failed. The ID token's signature is checked against
 * the provider's keys although it comes over TLS from the provider itself.
 */
export class OidcProvider {
  private discovered: Promise<Configuration> | null = null;

  constructor(private readonly config: OidcConfig) {}

  /** Where the provider sends people back: has to be registered there. */
  get redirectUri(): string {
    return new URL('/api/admin/oidc/callback', this.config.consoleUrl).href;
  }

  /** Where to send the browser, and what it is to keep meanwhile. */
  async begin(returnTo: string): Promise<{ readonly url: URL; readonly attempt: OidcAttempt }> {
    const configuration = await this.configuration();
    const attempt = {
      state: randomState(),
      nonce: randomNonce(),
      verifier: randomPKCECodeVerifier(),
      returnTo,
    };
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: this.redirectUri,
      scope: 'openid email profile',
      response_type: 'code',
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
    });
    return { url, attempt };
  }

  /** Who came back. Throws UnprovenAddress, or what openid-client throws for an answer that is not as it must be. */
  async finish(search: string, { state, nonce, verifier }: OidcAttempt): Promise<ProvenIdentity> {
    const tokens = await authorizationCodeGrant(
      await this.configuration(),
      new URL(search, this.redirectUri),
      { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true },
    );
    const claims = claimsSchema.safeParse(tokens.claims());
    if (!claims.success) throw new UnprovenAddress('the provider does not say that the address was verified');
    const { iss, sub, email, name } = claims.data;
    const { emailDomains } = this.config;
    if (emailDomains.length > 0 && !emailDomains.includes(email.split('@')[1] ?? '')) {
      throw new UnprovenAddress('the address is of a domain that is not let in');
    }
    return { issuer: iss, subject: sub, email, name: name ?? email };
  }

  private configuration(): Promise<Configuration> {
    const { issuer, clientId, clientSecret } = this.config;
    this.discovered ??= discovery(issuer, clientId, clientSecret ?? undefined, undefined, {
      timeout: timeoutSeconds,
      // a provider on this machine; env.ts lets no other one be without TLS
      execute: [enableNonRepudiationChecks, ...(issuer.protocol === 'http:' ? [allowInsecureRequests] : [])],
    }).catch((error: unknown) => {
      this.discovered = null;
      throw error;
    });
    return this.discovered;
  }
}
