export const dynamic = 'force-dynamic';

/** Ready means: this server answers. Whether the API does is the API's own health to tell. */
export function GET(): Response {
  return Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } });
}
