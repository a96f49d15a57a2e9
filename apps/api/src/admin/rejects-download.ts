import { once } from 'node:events';
import { KindlingError } from '@kindling/domain';
import { rejectReportHeader, rejectReportLine } from '@kindling/ingest';
import { findImportRun, readImportRejects } from '@kindling/storage';
import type { HttpRoute } from '../http-route.js';
import { isUuid } from './is-uuid.js';

const pageRows = 1_000;

/** GET /admin/imports/:id/rejects.csv: the refused rows of a run, safe to open in a spreadsheet. */
export const rejectsRoute: HttpRoute = {
  method: 'GET',
  path: /^\/admin\/imports\/([^/]+)\/rejects\.csv$/,
  role: 'viewer',
  async handle({ response, context, groups: [id = ''] }) {
    const { pool } = context.services;
    const run = isUuid(id) ? await findImportRun(pool, context.catalogue, id) : null;
    if (run === null) throw new KindlingError('NOT_FOUND', 'There is no import of this id');
    response.writeHead(200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="rejects-${run.id}.csv"`,
      'cache-control': 'no-store',
    });
    // the mark tells spreadsheets that the file is UTF-8
    response.write(`\ufeff${rejectReportHeader}`);
    let after: { line: number; position: number } | null = null;
    for (;;) {
      const rejects: Awaited<ReturnType<typeof readImportRejects>> = await readImportRejects(pool, run.id, {
        first: pageRows,
        after,
      });
      const text = rejects.map(rejectReportLine).join('');
      if (!response.write(text)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      after = rejects.at(-1) ?? null;
      if (rejects.length < pageRows || response.closed) break;
    }
    response.end();
  },
};
