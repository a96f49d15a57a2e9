import { setTimeout as delay } from 'node:timers/promises';
import { KindlingError } from '@kindling/domain';
import {
  createImportRun,
  findImportRun,
  findUploadedFile,
  type ImportRun,
  listImportRuns,
  storeUploadedFile,
  type UploadedFile,
} from '@kindling/storage';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { fetchPublicFile } from './fetch-public-file.js';
import { cleanFileName, maximumFileBytes } from './file-upload.js';
import { ImportInput, ImportRunObject } from './import-types.js';
import { isUuid } from './is-uuid.js';
import { pageSize } from './page-size.js';
import { pollChanges } from './poll-changes.js';

/** A dry run of a small file is waited for, so that one call answers its counts. */
const waitForDryRunMs = 10_000;
const smallFileBytes = 5_000_000;

@Resolver()
export class ImportResolver {
  @Mutation(() => ImportRunObject, {
    description:
      'Starts to read a file of items. Good rows are stored, bad ones reported. A dry run of a small file answers when it is done.',
  })
  @Requires({ role: 'merchandiser', cost: () => 20 })
  async importCatalogue(
    @Arg('input', () => ImportInput) input: ImportInput,
    @Ctx() context: RequestContext,
  ): Promise<ImportRunObject> {
    const { pool } = context.services;
    const file = await fileOf(input, context);
    const run = await createImportRun(pool, {
      catalogue: context.catalogue,
      fileId: file.id,
      fileName: file.name,
      format: input.format ?? 'AUTO',
      mapping: (input.mapping ?? []).map(({ column, field }) => ({ column, field })),
      dryRun: input.dryRun ?? false,
      totalBytes: file.bytes,
      createdBy: context.actor,
    });
    const wait = run.dryRun && file.bytes <= smallFileBytes;
    return new ImportRunObject(wait ? await waitForEnd(run, context) : run);
  }

  @Query(() => ImportRunObject)
  @Requires({ role: 'viewer' })
  async importRun(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<ImportRunObject> {
    return new ImportRunObject(await expectRun(id, context));
  }

  @Query(() => [ImportRunObject], { description: 'Newest first.' })
  @Requires({ role: 'viewer' })
  async importRuns(
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
    @Ctx() context: RequestContext,
  ): Promise<ImportRunObject[]> {
    const runs = await listImportRuns(context.services.pool, context.catalogue, pageSize(first));
    return runs.map((run) => new ImportRunObject(run));
  }

  @Subscription(() => ImportRunObject, {
    description: 'At most twice a second, when something has changed, until the run has ended.',
    subscribe: ({ args, context }) => {
      const request = context as RequestContext;
      const { id } = args as { id: string };
      return pollChanges(() => expectRun(id, request), request.request.signal, hasEnded);
    },
  })
  @Requires({ role: 'viewer', cost: () => 5 })
  importProgress(@Arg('id', () => ID) _id: string, @Root() run: ImportRun): ImportRunObject {
    return new ImportRunObject(run);
  }
}

async function fileOf(input: ImportInput, context: RequestContext): Promise<UploadedFile> {
  const { pool } = context.services;
  const given = [input.fileId, input.url, input.content].filter((one) => one !== null && one !== undefined);
  if (given.length !== 1) {
    throw new KindlingError('BAD_INPUT', 'input says where the file is by one of fileId, url and content', {
      field: 'input',
    });
  }
  if (input.fileId !== null && input.fileId !== undefined) {
    const file = isUuid(input.fileId) ? await findUploadedFile(pool, context.catalogue, input.fileId) : null;
    if (file !== null) return { ...file, name: cleanFileName(input.fileName ?? file.name) };
    throw new KindlingError('NOT_FOUND', 'There is no upload with this fileId: uploads are kept for a day', {
      field: 'input.fileId',
    });
  }
  if (input.url !== null && input.url !== undefined) {
    const { name, content } = await fetchPublicFile(input.url, context.request.signal);
    return storeUploadedFile(pool, context.catalogue, {
      name: cleanFileName(input.fileName ?? name),
      content,
      maximumBytes: maximumFileBytes,
    });
  }
  const content = Buffer.from(input.content ?? '');
  return storeUploadedFile(pool, context.catalogue, {
    name: cleanFileName(input.fileName ?? 'content'),
    content: (async function* () {
      yield content;
    })(),
    maximumBytes: maximumFileBytes,
  });
}

async function expectRun(id: string, context: RequestContext): Promise<ImportRun> {
  const run = isUuid(id) ? await findImportRun(context.services.pool, context.catalogue, id) : null;
  if (run === null) throw new KindlingError('NOT_FOUND', `There is no import "${id.slice(0, 40)}"`);
  return run;
}

async function waitForEnd(started: ImportRun, context: RequestContext): Promise<ImportRun> {
  const { signal } = context.request;
  const deadline = Date.now() + waitForDryRunMs;
  let run = started;
  while (!hasEnded(run) && Date.now() < deadline && !signal.aborted) {
    await delay(100, undefined, { signal }).catch(() => undefined);
    run = await expectRun(started.id, context);
  }
  return run;
}

const hasEnded = (run: ImportRun) => run.status === 'SUCCEEDED' || run.status === 'FAILED';
