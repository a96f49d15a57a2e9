import { createHash, createSign, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StubPerson {
  readonly sub: string;
  readonly email: string;
  readonly email_verified?: boolean;
  readonly name?: string;
}

/**
 * A small OpenID provider of our own on a port of this machine: discovery, keys, an authorization endpoint that asks
 * nobody and sends `person` back at once, and a token endpoint that checks client, code and PKCE. `claims` and
 * `key` let a test forge what it answers.
 */
export class StubProvider {
  person: StubPerson = { sub: 'somebody', email: 'somebody@corp.example', email_verified: true };
  claims: Record<string, unknown> = {};
  /** Signs instead of the published key. */
  key: KeyObject | null = null;
  readonly clientId = 'kindling-console';
  readonly clientSecret = 'a secret of the client';
  private readonly pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  private readonly codes = new Map<string, { challenge: string; nonce: string; redirectUri: string }>();
  private readonly http = createServer((request, response) => void this.answer(request, response));

  async open(): Promise<void> {
    this.http.listen(0, '127.0.0.1');
    await once(this.http, 'listening');
  }
  close(): void {
    this.http.close();
    this.http.closeAllConnections();
  }
  get issuer(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.issuer);
    const json = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (url.pathname === '/.well-known/openid-configuration') {
      return void json(200, {
        issuer: this.issuer,
        authorization_endpoint: `${this.issuer}/authorize`,
        token_endpoint: `${this.issuer}/token`,
        jwks_uri: `${this.issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        token_endpoint_auth_methods_supported: ['client_secret_post'],
        code_challenge_methods_supported: ['S256'],
      });
    }
    if (url.pathname === '/keys') {
      const key = this.pair.publicKey.export({ format: 'jwk' });
      return void json(200, { keys: [{ ...key, kid: 'one', use: 'sig', alg: 'RS256' }] });
    }
    if (url.pathname === '/authorize') {
      const asked = url.searchParams;
      const code = randomUUID();
      this.codes.set(code, {
        challenge: asked.get('code_challenge') ?? '',
        nonce: asked.get('nonce') ?? '',
        redirectUri: asked.get('redirect_uri') ?? '',
      });
      const back = new URL(asked.get('redirect_uri') ?? '');
      back.searchParams.set('code', code);
      back.searchParams.set('state', asked.get('state') ?? '');
      return void response.writeHead(302, { location: back.href }).end();
    }
    let text = '';
    for await (const piece of request) text += piece;
    const form = new URLSearchParams(text);
    const known = this.codes.get(form.get('code') ?? '');
    this.codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isRight =
      url.pathname === '/token' &&
      form.get('client_id') === this.clientId &&
      form.get('client_secret') === this.clientSecret &&
      known?.challenge === challenge &&
      known.redirectUri === form.get('redirect_uri');
    if (!isRight) return void json(400, { error: 'invalid_grant' });
    json(200, { access_token: randomUUID(), token_type: 'Bearer', id_token: this.idToken(known.nonce) });
  }

  private idToken(nonce: string): string {
    const now = Math.floor(Date.now() / 1_000);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = {
      iss: this.issuer,
      aud: this.clientId,
      iat: now,
      exp: now + 300,
      nonce,
      ...this.person,
      ...this.claims,
    };
    const body = `${part({ alg: 'RS256', kid: 'one' })}.${part(claims)}`;
    const signature = createSign('RSA-SHA256')
      .update(body)
      .sign(this.key ?? this.pair.privateKey);
    return `${body}.${signature.toString('base64url')}`;
  }
}
