import { generateKeyPairSync } from 'node:crypto';
import { createInvitation, createMember, findMemberByEmail } from '@kindling/storage';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi } from '../api.fixture.js';
import { readEnv } from '../env.js';
import { StubProvider } from './provider.fixture.js';

const provider = new StubProvider();
const consoleUrl = 'http://console.example';
let api: ApiFixture;
let counter = 0;
beforeAll(async () => {
  await provider.open();
  api = await openApi(oidcEnv());
});
afterAll(async () => {
  await api.close();
  provider.close();
});
beforeEach(() => {
  counter += 1;
  provider.claims = {};
  provider.key = null;
  provider.person = {
    sub: `person-${counter}`,
    email: `person-${counter}@corp.example`,
    email_verified: true,
    name: `Person ${counter}`,
  };
});

const oidcEnv = (more: Record<string, string> = {}) => ({
  OIDC_ISSUER: provider.issuer,
  OIDC_CLIENT_ID: provider.clientId,
  OIDC_CLIENT_SECRET: provider.clientSecret,
  OIDC_NAME: 'Corp',
  CONSOLE_URL: consoleUrl,
  ...more,
});

/** A browser that follows redirects by hand: what the console's gateway passes on goes to the API. */
class Browser {
  private readonly cookies = new Map<string, string>();
  constructor(private readonly fixture: ApiFixture = api) {}

  async get(url: string) {
    const target = url.startsWith(`${consoleUrl}/api/`)
      ? url.replace(`${consoleUrl}/api`, this.fixture.api.url)
      : url;
    const response = await fetch(target, { redirect: 'manual', headers: { cookie: this.cookie } });
    for (const text of response.headers.getSetCookie()) {
      const [pair = ''] = text.split(';');
      const [name = '', value = ''] = pair.split('=');
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return { status: response.status, location: response.headers.get('location') ?? '' };
  }
  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }
  /** The whole way; where it ends. */
  async signIn(returnTo = '/'): Promise<string> {
    const start = await this.get(`${consoleUrl}/api/admin/oidc/start?return=${encodeURIComponent(returnTo)}`);
    const authorized = await this.get(start.location);
    return (await this.get(authorized.location)).location;
  }
  async me() {
    const answer = await this.fixture.ask(
      null,
      '{ me { email role hasPassword } }',
      {},
      { path: '/admin/graphql', headers: { cookie: this.cookie } },
    );
    return answer.data.me;
  }
}
const problem = (name: string) => `${consoleUrl}/sign-in?problem=${name}`;
const member = (email: string, password = 'correct horse battery') =>
  createMember(api.pool, {
    email,
    name: email,
    password,
    memberships: [{ catalogue: 'shop', role: 'merchandiser' }],
  });

describe('signing in by a provider', () => {
  it('is offered by its name, and leads a member in, to where they were', async () => {
    const options = await api.ask(null, '{ signInOptions { provider } }', {}, { path: '/admin/graphql' });
    expect(options.data.signInOptions).toEqual({ provider: 'Corp' });
    await member(provider.person.email);
    const browser = new Browser();
    expect(await browser.signIn('/catalogue?q=robots')).toBe(`${consoleUrl}/catalogue?q=robots`);
    expect(await browser.me()).toMatchObject({ email: provider.person.email, role: 'MERCHANDISER' });
    expect(browser.cookie).not.toContain('kindling_oidc');
  });

  it.each(['https://evil.example/', '//evil.example', '/..//evil.example', '/\\evil.example'])(
    'never leads out of the console: %s',
    async (returnTo) => {
      await member(provider.person.email);
      expect(new URL(await new Browser().signIn(returnTo)).origin).toBe(consoleUrl);
    },
  );

  it('accepts the invitations of the address that the provider vouches for', async () => {
    const { email } = provider.person;
    await createInvitation(api.pool, api.shop.id, { email, role: 'experimenter' }, 'test');
    const browser = new Browser();
    await browser.signIn();
    expect(await browser.me()).toMatchObject({ role: 'EXPERIMENTER', hasPassword: false });
    const again = new Browser();
    await again.signIn();
    expect(await again.me()).toMatchObject({ role: 'EXPERIMENTER' });
  });

  it('knows somebody by what the provider calls them, when their address has changed', async () => {
    const { email } = provider.person;
    await member(email);
    await new Browser().signIn();
    provider.person = { ...provider.person, email: 'renamed@corp.example' };
    const browser = new Browser();
    await browser.signIn();
    expect(await browser.me()).toMatchObject({ email });
    expect(await findMemberByEmail(api.pool, 'renamed@corp.example')).toBeNull();
  });

  it('takes a password and open sessions from an account that somebody else may have made beforehand', async () => {
    const { email } = provider.person;
    await member(email, 'known to an attacker');
    const attacker = await api.ask(
      null,
      'mutation ($input: SignInInput!) { signIn(input: $input) { id } }',
      { input: { email, password: 'known to an attacker' } },
      { path: '/admin/graphql' },
    );
    const cookie = attacker.headers.get('set-cookie')?.split(';')[0] ?? '';
    const browser = new Browser();
    await browser.signIn();
    expect(await browser.me()).toMatchObject({ email, hasPassword: false });
    const asAttacker = await api.ask(
      null,
      '{ me { id } }',
      {},
      { path: '/admin/graphql', headers: { cookie } },
    );
    expect(asAttacker.data.me).toBeNull();
    expect((await findMemberByEmail(api.pool, email))?.passwordHash).toBeNull();
  });

  it('does not let in somebody who is neither a member nor invited', async () => {
    const browser = new Browser();
    expect(await browser.signIn()).toBe(problem('not-invited'));
    expect(await browser.me()).toBeNull();
    expect(await findMemberByEmail(api.pool, provider.person.email)).toBeNull();
  });

  it('does not believe an address that the provider has not verified', async () => {
    await member(provider.person.email);
    provider.person = { ...provider.person, email_verified: false };
    expect(await new Browser().signIn()).toBe(problem('address-unproven'));
  });

  it.each<[string, () => void]>([
    [
      'signed with another key',
      () => Object.assign(provider, { key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey }),
    ],
    ['of another nonce', () => Object.assign(provider, { claims: { nonce: 'of an earlier attempt' } })],
    ['for another client', () => Object.assign(provider, { claims: { aud: 'somebody-else' } })],
    ['of another issuer', () => Object.assign(provider, { claims: { iss: 'https://evil.example' } })],
    ['that has expired', () => Object.assign(provider, { claims: { exp: 1_000_000 } })],
  ])('refuses an ID token %s', async (_, forge) => {
    await member(provider.person.email);
    forge();
    const browser = new Browser();
    expect(await browser.signIn()).toBe(problem('provider-refused'));
    expect(await browser.me()).toBeNull();
  });

  it('refuses an answer of another attempt, of another browser, and one that is used again', async () => {
    await member(provider.person.email);
    const victim = new Browser();
    const attacker = new Browser();
    const start = `${consoleUrl}/api/admin/oidc/start`;
    const asAttacker = await attacker.get((await attacker.get(start)).location);
    // no attempt of its own, then one of its own with another state
    expect((await victim.get(asAttacker.location)).location).toBe(problem('attempt-lost'));
    await victim.get(start);
    expect((await victim.get(asAttacker.location)).location).toBe(problem('provider-refused'));
    const own = await victim.get((await victim.get(start)).location);
    expect((await victim.get(own.location)).location).toBe(`${consoleUrl}/`);
    expect((await victim.get(own.location)).location).toBe(problem('attempt-lost'));
  });

  it('without a provider is neither offered nor there', async () => {
    const plain = await openApi();
    try {
      const options = await plain.ask(null, '{ signInOptions { provider } }', {}, { path: '/admin/graphql' });
      expect(options.data.signInOptions.provider).toBeNull();
      expect((await fetch(`${plain.api.url}/admin/oidc/start`)).status).toBe(404);
    } finally {
      await plain.close();
    }
  });
});

describe('newcomers', () => {
  it('of an allowed domain get the role that the environment says, others nothing', async () => {
    const open = await openApi(
      oidcEnv({ OIDC_EMAIL_DOMAINS: 'corp.example', OIDC_NEW_MEMBERS: 'shop:viewer' }),
    );
    try {
      const browser = new Browser(open);
      expect(await browser.signIn()).toBe(`${consoleUrl}/`);
      expect(await browser.me()).toMatchObject({ email: provider.person.email, role: 'VIEWER' });
      provider.person = { sub: 'stranger', email: 'stranger@evil.example', email_verified: true };
      expect(await new Browser(open).signIn()).toBe(problem('address-unproven'));
    } finally {
      await open.close();
    }
  });
});

describe('the environment', () => {
  const read = (more: Record<string, string>) => () =>
    readEnv({ DATABASE_URL: 'postgres://localhost/x', OIDC_ISSUER: 'https://id.example', ...more });
  it.each<[string, Record<string, string>, RegExp]>([
    ['lacks what a provider needs', {}, /OIDC_CLIENT_ID is missing[\s\S]*CONSOLE_URL is missing/],
    [
      'would let in everybody',
      { OIDC_CLIENT_ID: 'a', CONSOLE_URL: consoleUrl, OIDC_NEW_MEMBERS: 'shop:viewer' },
      /OIDC_EMAIL_DOMAINS is missing/,
    ],
    ['names no role', { OIDC_NEW_MEMBERS: 'shop:owner' }, /OIDC_NEW_MEMBERS is not a catalogue and a role/],
    ['names a provider without TLS', { OIDC_ISSUER: 'http://id.example' }, /OIDC_ISSUER is not https/],
  ])('that %s is refused at the start', (_, more, message) => {
    expect(read(more)).toThrow(message);
  });
});
