import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { asFailure } from './failure';

/** `onSignedOut` hears of an ended session from whichever call meets it first. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const notice = (error: unknown) => {
    if (asFailure(error).isSignedOut) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError: notice }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        // Signing in answers UNAUTHENTICATED for a wrong password; its own form says so.
        if (mutation.meta?.signsIn !== true) notice(error);
      },
    }),
    defaultOptions: {
      queries: {
        // without a network a panel says so and offers retry, instead of a skeleton that waits for ever
        networkMode: 'always',
        refetchOnReconnect: true,
        staleTime: 15_000,
        retry: (count, error) => count < 2 && asFailure(error).isTransient,
        retryDelay: (attempt, error) =>
          asFailure(error).details.retryAfterMs ?? Math.min(8_000, 500 * 2 ** attempt),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
