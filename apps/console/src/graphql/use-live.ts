'use client';
import { createClient } from 'graphql-sse';
import { useEffect, useEffectEvent, useState } from 'react';
import type { TypedDocumentString } from '@/generated/graphql';
import { callHeaders, endpoint } from './request';

const minimumGapMs = 500;

export type LiveState = 'off' | 'live' | 'reconnecting';

/**
 * Follows a subscription while `enabled`, over server-sent events. `onData` hears the newest value at most twice a
 * second, and always the last one. It reconnects by itself; callers keep polling slowly for what a lost connection missed.
 */
export function useLive<Result, Variables extends Record<string, unknown>>(
  operation: TypedDocumentString<Result, Variables>,
  variables: Variables,
  options: { readonly enabled: boolean; readonly onData: (data: Result) => void },
): LiveState {
  const [state, setState] = useState<LiveState>('off');
  const deliver = useEffectEvent(options.onData);
  const key = JSON.stringify(variables);

  useEffect(() => {
    if (!options.enabled) return;
    const client = createClient({
      url: `${endpoint}/stream`,
      headers: callHeaders,
      credentials: 'same-origin',
      retryAttempts: 20,
      on: {
        connected: () => setState('live'),
        connecting: (reconnecting) => reconnecting && setState('reconnecting'),
      },
    });
    let newest: Result | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      if (newest === undefined) return;
      deliver(newest);
      newest = undefined;
      timer = setTimeout(flush, minimumGapMs);
    };
    const stop = client.subscribe<Result>(
      { query: operation.toString(), variables: JSON.parse(key) as Record<string, unknown> },
      {
        next: ({ data }) => {
          if (data == null) return;
          newest = data;
          if (timer === undefined) flush();
        },
        error: () => setState('off'),
        complete: () => setState('off'),
      },
    );
    return () => {
      stop();
      client.dispose();
      clearTimeout(timer);
    };
  }, [operation, key, options.enabled]);

  return options.enabled ? state : 'off';
}
