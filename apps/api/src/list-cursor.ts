import { KindlingError } from '@kindling/domain';

/** A place in a stored ranking. */
export interface ListCursor {
  readonly rankingId: string;
  /** From 0. */
  readonly position: number;
}

export const cursorText = ({ rankingId, position }: ListCursor) =>
  Buffer.from(`${rankingId}.${position}`).toString('base64url');

const shape = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.(\d{1,6})$/;

export function parseCursor(text: string): ListCursor {
  const [, rankingId, position] =
    shape.exec(Buffer.from(text.slice(0, 100), 'base64url').toString('latin1')) ?? [];
  if (rankingId === undefined) throw expiredCursor();
  return { rankingId, position: Number(position) };
}

/** The same words whether it is made up, expired or of another catalogue or list: nothing is to be learnt from it. */
export const expiredCursor = () =>
  new KindlingError(
    'BAD_INPUT',
    'The cursor is not of this list, or older than an hour: start again without "after"',
    {
      field: 'after',
    },
  );
