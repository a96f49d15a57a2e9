import { createSession, listMemberCatalogues, type Member } from '@kindling/storage';
import type { Me } from './admin/access-types.js';
import { sessionCookie } from './authentication.js';
import type { RequestContext } from './context.js';
import { roleOf } from './principal.js';

/** Begins a session of this member: the answer carries its cookie. */
export async function beginSession(context: RequestContext, memberId: string): Promise<void> {
  const { address, userAgent, secure } = context.request;
  const session = await createSession(context.services.pool, memberId, { address, userAgent });
  context.responseHeaders.set('set-cookie', sessionCookieText(session.token, session.expiresAt, secure));
}

/** HttpOnly keeps it from scripts, SameSite from the pages of others. */
export const sessionCookieText = (token: string, expires: Date, secure: boolean) =>
  `${sessionCookie}=${token}; Path=/; HttpOnly; SameSite=Lax; Expires=${expires.toUTCString()}${secure ? '; Secure' : ''}`;

/** A member as they see themselves, in the catalogue of this request. */
export async function meOf(
  { member, passwordHash }: { readonly member: Member; readonly passwordHash: string | null },
  context: RequestContext,
): Promise<Me> {
  const catalogues = await listMemberCatalogues(context.services.pool, member.id);
  const names = new Map(catalogues.map(({ id, name }) => [id, name]));
  const signedIn = context.principal.kind === 'member' ? context.principal : null;
  const first = member.memberships[0];
  return {
    id: member.id,
    email: member.email,
    name: member.name,
    role: signedIn ? roleOf(signedIn) : (first?.role ?? null),
    catalogueId: signedIn ? signedIn.catalogue : (first?.catalogue ?? null),
    hasPassword: passwordHash !== null,
    memberships: member.memberships.map(({ catalogue, role }) => ({
      catalogueId: catalogue,
      catalogueName: names.get(catalogue) ?? catalogue,
      role,
    })),
  };
}
