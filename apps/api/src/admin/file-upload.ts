import { KindlingError } from '@kindling/domain';
import { storeUploadedFile } from '@kindling/storage';
import type { HttpRoute } from '../http-route.js';

/** As it is sent: a packed file may hold much more. */
export const maximumFileBytes = 4 * 2 ** 30;

/** POST /admin/files?name=FILE with the file as the body: stored as it comes, a megabyte in memory at a time. */
export const uploadRoute: HttpRoute = {
  method: 'POST',
  path: /^\/admin\/files$/,
  role: 'merchandiser',
  isUpload: true,
  async handle({ request, response, context, query }) {
    if (Number(request.headers['content-length'] ?? 0) > maximumFileBytes) {
      throw new KindlingError(
        'TOO_LARGE',
        `The file is larger than ${maximumFileBytes} bytes: pack or split it`,
      );
    }
    const file = await storeUploadedFile(context.services.pool, context.catalogue, {
      name: cleanFileName(query.get('name') ?? 'upload'),
      content: request,
      maximumBytes: maximumFileBytes,
    });
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify({ fileId: file.id, name: file.name, bytes: file.bytes }));
  },
};

/** A name to show and to tell the format by, never a path. */
export function cleanFileName(name: string): string {
  const last = name.replaceAll('\\', '/').split('/').at(-1) ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out
  return last.replace(/[\u0000-\u001f\u007f]/g, '').slice(0, 200) || 'upload';
}
