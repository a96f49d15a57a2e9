'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { graphql } from '@/generated';
import type { ItemEditInput, ItemEditQuery, ItemSelectionInput } from '@/generated/graphql';
import { request } from '@/graphql/request';

const countQuery = graphql(`
  query CountSelectedItems($selection: ItemSelectionInput!) {
    countSelectedItems(selection: $selection)
  }
`);
const editQuery = graphql(`
  query ItemEdit($id: ID!) {
    itemEdit(id: $id) {
      id edit undoes status total done changed unchanged refused error canUndo
      refusedItems { id reason }
    }
  }
`);
const startMutation = graphql(`
  mutation EditItems($selection: ItemSelectionInput!, $edit: ItemEditInput!) {
    editItems(selection: $selection, edit: $edit) { id }
  }
`);
const undoMutation = graphql(`
  mutation UndoItemEdit($id: ID!) {
    undoItemEdit(id: $id) { id }
  }
`);

export type ItemEdit = ItemEditQuery['itemEdit'];
export const hasEnded = ({ status }: ItemEdit) => status === 'SUCCEEDED' || status === 'FAILED';

/** How many items an edit would be about, as of now. */
export function useSelectedCount(selection: ItemSelectionInput, enabled: boolean) {
  return useQuery({
    queryKey: ['count-selected', selection],
    queryFn: async ({ signal }) => (await request(countQuery, { selection }, signal)).countSelectedItems,
    enabled,
    staleTime: 0,
  });
}

/** An edit as it goes on; when it has ended, everything that shows items is asked again. */
export function useItemEdit(id: string | null) {
  const queryClient = useQueryClient();
  const query = useQuery({
    queryKey: ['item-edit', id],
    queryFn: async ({ signal }) => (await request(editQuery, { id: id ?? '' }, signal)).itemEdit,
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data !== undefined && hasEnded(state.data) ? false : 700),
  });
  const ended = query.data !== undefined && hasEnded(query.data);
  useEffect(() => {
    if (!ended) return;
    for (const key of ['items', 'item', 'catalogue-map', 'encoding-progress'])
      void queryClient.invalidateQueries({ queryKey: [key] });
  }, [ended, queryClient]);
  return query;
}

export function useStartEdit(onStarted: (id: string) => void) {
  return useMutation({
    mutationFn: async (wanted: { readonly selection: ItemSelectionInput; readonly edit: ItemEditInput }) =>
      (await request(startMutation, wanted)).editItems.id,
    onSuccess: onStarted,
  });
}

export function useUndoEdit(onStarted: (id: string) => void) {
  return useMutation({
    mutationFn: async (id: string) => (await request(undoMutation, { id })).undoItemEdit.id,
    onSuccess: onStarted,
  });
}
