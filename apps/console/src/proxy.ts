import { type NextRequest, NextResponse } from 'next/server';
import { isDevelopment } from '@/env';
import { contentSecurityPolicy } from '@/security-headers';

/** The API's cookie. Only its presence is looked at here; whether it is valid is the API's to say. */
const sessionCookie = 'kindling_session';

/** Pages of people who are not in yet. */
const entrances = ['/sign-in', '/invitation'];

/**
 * Runs before each page: people without a session go to sign in and come back; and each answer gets a fresh nonce,
 * so that only scripts of this very answer run.
 */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl;
  if (!entrances.includes(pathname) && !request.cookies.has(sessionCookie)) {
    const signIn = new URL('/sign-in', request.nextUrl);
    if (pathname !== '/') signIn.searchParams.set('from', pathname + search);
    return NextResponse.redirect(signIn);
  }
  const nonce = Buffer.from(crypto.randomUUID()).toString('base64');
  const policy = contentSecurityPolicy(nonce, isDevelopment);
  const headers = new Headers(request.headers);
  headers.set('x-nonce', nonce);
  headers.set('content-security-policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  response.headers.set('x-content-type-options', 'nosniff');
  response.headers.set('referrer-policy', 'same-origin');
  response.headers.set('x-frame-options', 'DENY');
  response.headers.set('cross-origin-opener-policy', 'same-origin');
  response.headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=()');
  return response;
}

/** Not for /api: Next would hold the bodies of uploads in memory here; not for static files. */
export const config = { matcher: ['/((?!api/|_next/|favicon.ico|icon.svg).*)'] };
