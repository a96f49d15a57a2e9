import type { CatalogueId } from '@kindling/domain';

/** In rising order: each role may do what those before it may. */
export const roles = ['viewer', 'merchandiser', 'experimenter', 'admin'] as const;
export type Role = (typeof roles)[number];

/**
 * - recommend: lists, search, items · track: send events
 * - merge: join two profiles
 * - manage: the admin schema, as role admin: sk_ keys only
 */
export const keyScopes = ['recommend', 'track', 'merge', 'manage'] as const;
export type KeyScope = (typeof keyScopes)[number];

/** Who asks. */
export type Principal =
  | {
      readonly kind: 'key';
      readonly keyKind: 'public' | 'secret';
      readonly keyId: string;
      readonly prefix: string;
      readonly catalogue: CatalogueId;
      readonly scopes: readonly KeyScope[];
    }
  | {
      readonly kind: 'member';
      readonly memberId: string;
      readonly email: string;
      readonly name: string;
      /** Null for a member without any catalogue, or one that named a catalogue which is not theirs. */
      readonly catalogue: CatalogueId | null;
      readonly role: Role | null;
    }
  | { readonly kind: 'nobody' };

export function roleOf(principal: Principal): Role | null {
  switch (principal.kind) {
    case 'key':
      return principal.scopes.includes('manage') ? 'admin' : null;
    case 'member':
      return principal.role;
    case 'nobody':
      return null;
  }
}

export const hasRole = (principal: Principal, needed: Role): boolean => {
  const role = roleOf(principal);
  return role !== null && roles.indexOf(role) >= roles.indexOf(needed);
};
