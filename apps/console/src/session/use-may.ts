'use client';
import type { Role } from '@/generated/graphql';
import { useSession } from './session';

/** In rising order: each may do what those before it may. */
export const memberRoles: readonly Role[] = ['VIEWER', 'MERCHANDISER', 'EXPERIMENTER', 'ADMIN'];

/**
 * Whether who is signed in has at least this role in the catalogue. It only spares people buttons that would be
 * refused: the API checks every call itself.
 */
export function useMay(role: Role): boolean {
  const mine = useSession().data?.role;
  return mine != null && memberRoles.indexOf(mine) >= memberRoles.indexOf(role);
}
