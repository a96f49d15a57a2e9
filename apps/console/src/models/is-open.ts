import type { JobStatus } from '@/generated/graphql';

/** Whether long work has not ended: it waits, or is being done. */
export const isOpen = ({ status }: { readonly status: JobStatus }) =>
  status === 'QUEUED' || status === 'RUNNING';
