import type { IncomingHttpHeaders } from 'node:http';
import { KindlingError } from '@kindling/domain';
import { findMemberByIdentity } from '@kindling/storage';
import type { HttpExchange, HttpRoute } from '../http-route.js';
import { beginSession } from '../signed-in.js';
import type { OidcConfig } from './oidc-env.js';
import { type OidcAttempt, OidcProvider, oidcAttemptSchema, UnprovenAddress } from './oidc-provider.js';

const attemptCookie = 'kindling_oidc';
const attemptSeconds = 600;

/** What the sign-in page is told when it did not work; the log says more. */
type Problem =
  | 'provider-unavailable'
  | 'provider-refused'
  | 'attempt-lost'
  | 'address-unproven'
  | 'not-invited';

/**
 * GET /admin/oidc/start?return=/path sends a browser to the provider; GET /admin/oidc/callback takes it back, with a
 * session or with a reason. Without a provider there are no such routes.
 */
export function oidcRoutes(config: OidcConfig | null): readonly HttpRoute[] {
  if (config === null) return [];
  const provider = new OidcProvider(config);
  return [
    {
      method: 'GET',
      path: /^\/admin\/oidc\/start$/,
      role: 'anyone',
      handle: (one) => start(one, provider, config),
    },
    {
      method: 'GET',
      path: /^\/admin\/oidc\/callback$/,
      role: 'anyone',
      handle: (one) => callback(one, provider, config),
    },
  ];
}

async function start(exchange: HttpExchange, provider: OidcProvider, config: OidcConfig): Promise<void> {
  const { context, query } = exchange;
  await context.services.rateLimits.trySignIn(context.request.address, `provider ${context.request.address}`);
  try {
    const { url, attempt } = await provider.begin(pathOf(query.get('return'), config));
    const kept = Buffer.from(JSON.stringify(attempt)).toString('base64url');
    redirect(exchange, url.href, [cookie(kept, attemptSeconds, context.request.secure)]);
  } catch (error) {
    context.services.log.warn('the OpenID provider does not answer', { requestId: context.requestId, error });
    refuse(exchange, config, 'provider-unavailable');
  }
}

async function callback(exchange: HttpExchange, provider: OidcProvider, config: OidcConfig): Promise<void> {
  const { context, request, query } = exchange;
  const { services, requestId } = context;
  const attempt = attemptOf(request.headers);
  if (attempt === null) return refuse(exchange, config, 'attempt-lost');
  try {
    const identity = await provider.finish(`?${query}`, attempt);
    const found = await findMemberByIdentity(services.pool, identity, config.newcomers);
    if (found === null) return refuse(exchange, config, 'not-invited');
    services.authenticator.forgetMember(found.memberId);
    await beginSession(context, found.memberId);
    await services.rateLimits.forgiveSignIn(`provider ${context.request.address}`);
    const session = context.responseHeaders.get('set-cookie');
    redirect(exchange, new URL(attempt.returnTo, config.consoleUrl).href, [
      ...(session === undefined ? [] : [session]),
      cookie('', 0, context.request.secure),
    ]);
  } catch (error) {
    // of ours, such as a database that is away
    if (error instanceof KindlingError) throw error;
    services.log.warn('a sign-in by the OpenID provider was refused', { requestId, error });
    refuse(exchange, config, error instanceof UnprovenAddress ? 'address-unproven' : 'provider-refused');
  }
}

/** Only a path of the console, whatever the address was made to say. */
function pathOf(wanted: string | null, { consoleUrl }: OidcConfig): string {
  if (wanted === null || !wanted.startsWith('/') || !URL.canParse(wanted, consoleUrl.href)) return '/';
  const url = new URL(wanted, consoleUrl);
  return url.origin === consoleUrl.origin && !url.pathname.startsWith('//') ? url.pathname + url.search : '/';
}

function attemptOf({ cookie: cookies = '' }: IncomingHttpHeaders): OidcAttempt | null {
  for (const part of cookies.split(';')) {
    const [name, value = ''] = part.trim().split('=');
    if (name !== attemptCookie) continue;
    try {
      return oidcAttemptSchema.parse(JSON.parse(Buffer.from(value, 'base64url').toString()));
    } catch {
      return null;
    }
  }
  return null;
}

function refuse(exchange: HttpExchange, { consoleUrl }: OidcConfig, problem: Problem): void {
  const page = new URL('/sign-in', consoleUrl);
  page.searchParams.set('problem', problem);
  redirect(exchange, page.href, [cookie('', 0, exchange.context.request.secure)]);
}

function redirect({ response }: HttpExchange, location: string, cookies: readonly string[]): void {
  response.writeHead(302, { location, 'cache-control': 'no-store', 'set-cookie': [...cookies] }).end();
}

const cookie = (value: string, seconds: number, secure: boolean) =>
  `${attemptCookie}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure ? '; Secure' : ''}`;
