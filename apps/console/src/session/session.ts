'use client';
import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { graphql } from '@/generated';
import type { SessionQuery } from '@/generated/graphql';
import { Failure } from '@/graphql/failure';
import { catalogueStorageKey, request } from '@/graphql/request';

const sessionQuery = graphql(`
  query Session {
    me { id email name role catalogueId hasPassword memberships { catalogueId catalogueName } }
  }
`);
const signInMutation = graphql(`
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) { email }
  }
`);
const signOutMutation = graphql(`
  mutation SignOut { signOut }
`);

type Session = NonNullable<SessionQuery['me']>;

/** Who is signed in, and in which catalogue they work. */
export function useSession() {
  return useQuery({
    queryKey: ['session'],
    queryFn: async ({ signal }) => {
      const { me } = await request(sessionQuery, undefined, signal);
      if (me === null) throw new Failure('UNAUTHENTICATED', 'Nobody is signed in.');
      return me;
    },
    staleTime: 60_000,
  });
}

export function useSignIn() {
  const queryClient = useQueryClient();
  return useMutation({
    meta: { signsIn: true },
    mutationFn: (input: { email: string; password: string }) => {
      // Over an open page the same person goes on where they were, so that what they typed is saved where they typed it.
      // A catalogue chosen by anybody else may not be this person's.
      if (queryClient.getQueryData<Session>(['session'])?.email !== input.email)
        localStorage.removeItem(catalogueStorageKey);
      return request(signInMutation, { input });
    },
    onSuccess: ({ signIn }) => goOnAs(signIn.email, queryClient),
  });
}

/** What the page does once its session is this person's. */
export async function goOnAs(email: string, queryClient: QueryClient): Promise<void> {
  const before = queryClient.getQueryData<Session>(['session'])?.email;
  if (before === undefined || before === email) return queryClient.invalidateQueries();
  // Somebody else took over an open page: nothing of the one before stays in memory or on it.
  localStorage.removeItem(catalogueStorageKey);
  window.location.reload();
}

export function useSignOut() {
  return useMutation({
    mutationFn: () => request(signOutMutation),
    // A full load, so that nothing of this person stays in memory.
    onSuccess: () => window.location.assign('/sign-in'),
  });
}

/** Goes on in another catalogue: everything on the page belonged to the old one. */
export function switchCatalogue(id: string): void {
  localStorage.setItem(catalogueStorageKey, id);
  window.location.assign('/');
}
