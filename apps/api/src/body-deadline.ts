import type { IncomingMessage } from 'node:http';
import { KindlingError } from '@kindling/domain';

export interface BodyLimits {
  /** A request's body is here this long after its head, or the request is given up. */
  readonly bodyMs: number;
  /** Of an upload, which may take hours: how long nothing may come of it. */
  readonly uploadSilenceMs: number;
}

/**
 * Who sends a body byte by byte holds a connection and a place among the requests: that has an end. Node's own limit
 * (`requestTimeout`) is one for all requests, and would cut off every upload that takes longer.
 */
export class BodyDeadline {
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly request: IncomingMessage,
    private readonly limits: BodyLimits,
    private readonly onLate: (error: KindlingError) => void,
  ) {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    if (encoding === undefined && (length === undefined || length === '0')) return;
    this.timer = setTimeout(
      () => this.late(`The request body took longer than ${limits.bodyMs} ms: send less at once`),
      limits.bodyMs,
    );
  }

  /** From here on the body may take its time, as long as something comes. */
  allowUpload(): void {
    const { uploadSilenceMs } = this.limits;
    this.stop();
    this.request.setTimeout(uploadSilenceMs, () =>
      this.late(`Nothing of the file came for ${uploadSilenceMs} ms: upload it again`),
    );
  }

  /** The request is answered. What is left of a body that nobody has read keeps its deadline. */
  answered(): void {
    if (this.request.complete) this.stop();
  }

  private stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private late(message: string): void {
    if (this.request.complete) return;
    this.onLate(new KindlingError('BAD_INPUT', message));
  }
}
