import { type ImportFormat, importFormats } from '@kindling/ingest';
import {
  type ImportRun,
  type ImportStatus,
  importStatuses,
  readImportRejects,
  type StoredMapping,
} from '@kindling/storage';
import { Arg, Ctx, Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { RequestContext } from '../context.js';
import { enumOf } from '../public/item-type.js';
import { PageInfo } from '../public/recommendation-types.js';
import { pageSize } from './page-size.js';

export const ImportFormatEnum = enumOf(importFormats);
registerEnumType(ImportFormatEnum, {
  name: 'ImportFormat',
  description: 'Each as it is, or packed with gzip.',
});
export const ImportStatusEnum = enumOf(importStatuses);
registerEnumType(ImportStatusEnum, { name: 'ImportStatus' });

@InputType('ColumnMappingInput')
export class ColumnMappingInput {
  @Field(() => String, { description: 'A column of the file, or a name in its objects.' })
  column!: string;
  @Field(() => String, {
    description: 'A field of ItemInput, attributes.<name>, or ignore. Other columns go by their names.',
  })
  field!: string;
}

@InputType('ImportInput', { description: 'One of fileId, url and content.' })
export class ImportInput {
  @Field(() => ID, { nullable: true, description: 'Of an upload: POST /admin/files?name=FILE.' })
  fileId?: string | null;
  @Field(() => String, { nullable: true, description: 'An https address that the server fetches once.' })
  url?: string | null;
  @Field(() => String, { nullable: true, description: 'The file itself, when it is small.' })
  content?: string | null;
  @Field(() => String, { nullable: true })
  fileName?: string | null;
  @Field(() => ImportFormatEnum, { nullable: true, description: 'Default: by name and content.' })
  format?: ImportFormat | null;
  @Field(() => [ColumnMappingInput], {
    nullable: true,
    description: 'Remembered for files with the same columns.',
  })
  mapping?: ColumnMappingInput[] | null;
  @Field(() => Boolean, { nullable: true, description: 'Counts what would happen, and stores no item.' })
  dryRun?: boolean | null;
}

@ObjectType('ColumnMapping', { simpleResolvers: true })
export class ColumnMappingObject {
  @Field(() => String)
  column!: string;
  @Field(() => String)
  field!: string;
}

@ObjectType('ImportReject', { simpleResolvers: true, description: 'A problem of a row that was not taken.' })
export class ImportRejectObject {
  @Field(() => Float, { description: 'From 1; the header line counts.' })
  line!: number;
  @Field(() => String, { nullable: true })
  field!: string | null;
  @Field(() => String)
  code!: string;
  @Field(() => String)
  message!: string;
  @Field(() => String)
  fix!: string;
  @Field(() => String, { nullable: true, description: 'The beginning of the row.' })
  excerpt!: string | null;
}

@ObjectType('ImportRejectConnection', { simpleResolvers: true })
export class ImportRejectConnection {
  @Field(() => [ImportRejectObject])
  nodes!: ImportRejectObject[];
  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType('ImportRun', { description: 'One reading of a file into the catalogue.' })
export class ImportRunObject {
  constructor(private readonly run: ImportRun) {
    this.id = run.id;
    this.status = run.status;
    this.dryRun = run.dryRun;
    this.fileName = run.fileName;
    this.mapping = run.mapping;
    this.totalBytes = run.totalBytes;
    this.readBytes = run.readBytes;
    this.rows = run.rows;
    this.created = run.created;
    this.updated = run.updated;
    this.unchanged = run.unchanged;
    this.rejected = run.rejected;
    this.error = run.error;
    this.createdAt = run.createdAt;
    this.startedAt = run.startedAt;
    this.finishedAt = run.finishedAt;
  }

  @Field(() => ID)
  readonly id: string;
  @Field(() => ImportStatusEnum)
  readonly status: ImportStatus;
  @Field(() => Boolean)
  readonly dryRun: boolean;
  @Field(() => String)
  readonly fileName: string;
  @Field(() => [ColumnMappingObject], { description: 'Of every column, once the run has begun.' })
  readonly mapping: readonly StoredMapping[];
  @Field(() => Float)
  readonly totalBytes: number;
  @Field(() => Float)
  readonly readBytes: number;
  @Field(() => Float, { description: 'Rows that are done with: the sum of the next four.' })
  readonly rows: number;
  @Field(() => Float)
  readonly created: number;
  @Field(() => Float)
  readonly updated: number;
  @Field(() => Float)
  readonly unchanged: number;
  @Field(() => Float)
  readonly rejected: number;
  @Field(() => String, { nullable: true })
  readonly error: string | null;
  @Field(() => Date)
  readonly createdAt: Date;
  @Field(() => Date, { nullable: true })
  readonly startedAt: Date | null;
  @Field(() => Date, { nullable: true })
  readonly finishedAt: Date | null;

  @Field(() => ImportFormatEnum, { description: 'As the file turned out to be, once the run has begun.' })
  format(): ImportFormat {
    return importFormats.find((one) => one === this.run.format) ?? 'CSV';
  }

  @Field(() => Float, { nullable: true })
  rowsPerSecond(): number | null {
    const seconds = this.seconds();
    return seconds === null || this.rows === 0 ? null : this.rows / seconds;
  }

  @Field(() => Float, { nullable: true, description: 'While it runs, by the bytes that are left.' })
  etaSeconds(): number | null {
    const seconds = this.seconds();
    if (seconds === null || this.status !== 'RUNNING' || this.readBytes === 0) return null;
    return (seconds * Math.max(0, this.totalBytes - this.readBytes)) / this.readBytes;
  }

  @Field(() => String, { nullable: true, description: 'A CSV file of the rejected rows.' })
  rejectsUrl(): string | null {
    return this.rejected === 0 ? null : `/admin/imports/${this.id}/rejects.csv`;
  }

  @Field(() => ImportRejectConnection, { description: 'In the order of the file.' })
  async rejects(
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<ImportRejectConnection> {
    const size = pageSize(first, 1_000);
    const rejects = await readImportRejects(context.services.pool, this.id, {
      first: size + 1,
      after: after ? rejectPosition(after) : null,
    });
    const nodes = rejects.slice(0, size);
    const cursorOf = (reject: (typeof nodes)[number] | undefined) =>
      reject === undefined ? null : `${reject.line}.${reject.position}`;
    return {
      nodes: [...nodes],
      pageInfo: {
        hasNextPage: rejects.length > size,
        hasPreviousPage: Boolean(after),
        startCursor: cursorOf(nodes[0]),
        endCursor: cursorOf(nodes.at(-1)),
      },
    };
  }

  private seconds(): number | null {
    if (this.startedAt === null) return null;
    const end = this.finishedAt?.getTime() ?? Date.now();
    return Math.max(0.001, (end - this.startedAt.getTime()) / 1_000);
  }
}

/** A cursor is "line.position"; what is none begins at the first page. */
function rejectPosition(cursor: string): { line: number; position: number } | null {
  const found = /^(\d{1,15})\.(\d{1,9})$/.exec(cursor);
  return found === null ? null : { line: Number(found[1]), position: Number(found[2]) };
}
