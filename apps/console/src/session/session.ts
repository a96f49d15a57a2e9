'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { graphql } from '@/generated';
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
      // A catalogue chosen by whoever was here before may not be this person's.
      localStorage.removeItem(catalogueStorageKey);
      return request(signInMutation, { input });
    },
    onSuccess: () => queryClient.invalidateQueries(),
  });
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
