'use client';
import { useQuery } from '@tanstack/react-query';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';

const signInOptionsQuery = graphql(`
  query SignInOptions { signInOptions { provider } }
`);

/** What the company's own accounts are called, where they are a way in; undefined where they are not, or not yet known. */
export function useProvider(): string | undefined {
  const query = useQuery({
    queryKey: ['sign-in-options'],
    queryFn: async ({ signal }) => (await request(signInOptionsQuery, undefined, signal)).signInOptions,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return query.data?.provider ?? undefined;
}

/** The address that leads to the provider, and from there to a path of the console. */
export const providerStart = (returnTo: string) =>
  `/api/admin/oidc/start?return=${encodeURIComponent(returnTo)}`;
