import { Failure } from '@/graphql/failure';
import { callHeaders } from '@/graphql/request';

/** Sends a file as it is, and tells how much has left. XMLHttpRequest, because fetch has no upload progress. */
export function uploadFile(
  file: File,
  options: { readonly onProgress: (share: number) => void; readonly signal: AbortSignal },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open('POST', `/api/admin/files?name=${encodeURIComponent(file.name)}`);
    for (const [name, value] of Object.entries(callHeaders())) call.setRequestHeader(name, value);
    call.setRequestHeader('content-type', 'application/octet-stream');
    call.responseType = 'json';
    call.upload.onprogress = ({ loaded, total }) => options.onProgress(total === 0 ? 0 : loaded / total);
    call.onerror = () => reject(new Failure('OFFLINE', 'The upload broke off.'));
    call.onabort = () => reject(options.signal.reason ?? new Error('aborted'));
    call.onload = () => {
      const requestId = call.getResponseHeader('x-request-id') ?? undefined;
      const answer = call.response as {
        fileId?: string;
        errors?: { message: string; extensions?: { code?: string } }[];
      } | null;
      if (call.status < 300 && answer?.fileId !== undefined) return resolve(answer.fileId);
      const error = answer?.errors?.[0];
      reject(
        new Failure(
          error?.extensions?.code ?? 'UNEXPECTED',
          error?.message ?? `The upload was answered with ${call.status}.`,
          { requestId },
        ),
      );
    };
    options.signal.addEventListener('abort', () => call.abort(), { once: true });
    call.send(file);
  });
}
