import { type CatalogueId, catalogueId } from '@kindling/domain';
import { type MemberRole, memberRoles } from '@kindling/storage';
import { z } from 'zod';

/** Sign-in by an OpenID provider. */
export interface OidcConfig {
  readonly issuer: URL;
  readonly clientId: string;
  /** Null: a public client, which PKCE alone protects. */
  readonly clientSecret: string | null;
  /** What the button says. */
  readonly name: string;
  /** In lower case; empty: addresses of any domain. */
  readonly emailDomains: readonly string[];
  /** What somebody whom nobody invited gets; null: only members and invited people come in. */
  readonly newcomers: { readonly catalogue: CatalogueId; readonly role: MemberRole } | null;
  /** The address of the console: the provider sends people back to it. */
  readonly consoleUrl: URL;
}

const newcomerPattern = new RegExp(`^[^:]+:(${memberRoles.join('|')})$`);

export const oidcVariables = {
  OIDC_ISSUER: z
    .url()
    .refine((text) => isSafe(new URL(text)), 'is not https:// (http:// is for a provider on this machine)')
    .optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_NAME: z.string().max(60).default('OpenID'),
  OIDC_EMAIL_DOMAINS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .toLowerCase()
        .split(',')
        .map((domain) => domain.trim())
        .filter((domain) => domain !== ''),
    ),
  OIDC_NEW_MEMBERS: z
    .string()
    .regex(newcomerPattern, `is not a catalogue and a role, such as shop:viewer (${memberRoles.join(', ')})`)
    .optional(),
};

const isSafe = ({ protocol, hostname }: URL) =>
  protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);

interface Variables {
  readonly OIDC_ISSUER?: string | undefined;
  readonly OIDC_CLIENT_ID?: string | undefined;
  readonly OIDC_CLIENT_SECRET?: string | undefined;
  readonly OIDC_NAME: string;
  readonly OIDC_EMAIL_DOMAINS: readonly string[];
  readonly OIDC_NEW_MEMBERS?: string | undefined;
  readonly CONSOLE_URL?: string | undefined;
}

/** What has to be there beside an issuer. Letting in newcomers of any domain would let in everybody there is. */
export function checkOidc(env: Variables, problems: z.RefinementCtx): void {
  if (env.OIDC_ISSUER === undefined) return;
  const add = (path: keyof Variables, message: string) =>
    problems.addIssue({ code: 'custom', path: [path], message });
  if (env.OIDC_CLIENT_ID === undefined) add('OIDC_CLIENT_ID', 'is missing: OIDC_ISSUER is set');
  if (env.CONSOLE_URL === undefined)
    add('CONSOLE_URL', 'is missing: the provider sends people back to it, and OIDC_ISSUER is set');
  if (env.OIDC_NEW_MEMBERS !== undefined && env.OIDC_EMAIL_DOMAINS.length === 0)
    add('OIDC_EMAIL_DOMAINS', 'is missing: OIDC_NEW_MEMBERS would let in addresses of any domain');
}

export function oidcConfig(env: Variables): OidcConfig | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, CONSOLE_URL: consoleUrl } = env;
  if (issuer === undefined || clientId === undefined || consoleUrl === undefined) return null;
  const [catalogue, role] = env.OIDC_NEW_MEMBERS?.split(':') ?? [];
  const known = memberRoles.find((name) => name === role);
  return {
    issuer: new URL(issuer),
    clientId,
    clientSecret: env.OIDC_CLIENT_SECRET ?? null,
    name: env.OIDC_NAME,
    emailDomains: env.OIDC_EMAIL_DOMAINS,
    newcomers:
      catalogue === undefined || known === undefined
        ? null
        : { catalogue: catalogueId(catalogue), role: known },
    consoleUrl: new URL(consoleUrl),
  };
}
