import type { ScanLimits } from './scan.js';
import type { Narrowing } from './selection.js';
import type { WasmModule } from './web-assembly.js';

/* What the index and its threads say to one another. Numbers by the thousand travel as typed arrays. */

/** A tenant of a space. `space` is a number of this process, so that a space made anew is never taken for the old one. */
export interface ShardAddress {
  readonly space: number;
  readonly tenant: string;
  readonly dimensions: number;
}

export type ThreadRequest =
  | ({ readonly do: 'upsert'; readonly payloads: string } & PackedPoints & AtShard)
  | ({ readonly do: 'delete'; readonly keys: Float64Array; readonly version: number } & AtShard)
  | { readonly do: 'drop'; readonly space: number; readonly tenant?: string }
  | ({ readonly do: 'fetch'; readonly keys: Float64Array } & AtShard)
  | ({
      readonly do: 'nearest';
      readonly vectors: readonly Float32Array[];
      readonly withVectors: boolean;
      /** The field whose values come with each hit. */
      readonly valuesOf?: string;
    } & ScanLimits &
      Narrowing &
      AtShard)
  | ({
      readonly do: 'bestScore';
      readonly positive: readonly Float32Array[];
      readonly negative: readonly Float32Array[];
    } & ScanLimits &
      Narrowing &
      AtShard)
  | {
      readonly do: 'diversify';
      readonly relevance: Float64Array;
      readonly vectors: Float32Array;
      readonly lambda: number;
      readonly limit: number;
    }
  | ({ readonly do: 'save'; readonly file: string; readonly header: SnapshotHeader } & AtShard)
  | ({
      readonly do: 'load';
      readonly file: string;
      readonly expected: Pick<SnapshotHeader, 'space' | 'tenant' | 'version'>;
      readonly thread: number;
      readonly threads: number;
    } & AtShard)
  | { readonly do: 'memory' };

interface AtShard {
  readonly shard: ShardAddress;
}

export interface PackedPoints {
  readonly keys: Float64Array;
  readonly versions: Float64Array;
  /** float32[keys.length * dimensions] */
  readonly vectors: Float32Array;
}

export interface SnapshotHeader {
  readonly space: string;
  readonly tenant: string;
  readonly dimensions: number;
  readonly version: number;
  readonly part: number;
  readonly parts: number;
}

export interface FoundHits {
  readonly keys: Float64Array;
  readonly scores: Float64Array;
  readonly vectors?: Float32Array;
  readonly values?: readonly (readonly (string | number)[])[];
}

export interface ThreadMemory {
  readonly vectorBytes: number;
  readonly reservedBytes: number;
  readonly payloadBytes: number;
  readonly points: number;
  readonly deletions: number;
}

/** What each request is answered with. */
export interface ThreadAnswers {
  readonly upsert: { readonly applied: number; readonly points: number };
  readonly delete: { readonly removed: number; readonly points: number };
  readonly drop: null;
  readonly fetch: PackedPoints;
  readonly nearest: readonly FoundHits[];
  readonly bestScore: FoundHits;
  readonly diversify: readonly number[];
  readonly save: { readonly points: number };
  readonly load: { readonly points: number };
  readonly memory: ThreadMemory;
}

export type RequestOf<Do extends ThreadRequest['do']> = Extract<ThreadRequest, { readonly do: Do }>;

export type ThreadMessage = { readonly id: number } & (
  | { readonly answer: ThreadAnswers[keyof ThreadAnswers] }
  | { readonly error: { readonly code: string; readonly message: string } }
);

export interface ThreadStart {
  readonly module: WasmModule;
  readonly maximumBytes: number;
}
