import { readEnv } from '@/env';
import { forward } from '@/gateway/forward';

export const dynamic = 'force-dynamic';

async function handle(request: Request, context: { params: Promise<{ path: string[] }> }): Promise<Response> {
  const { path } = await context.params;
  return forward(request, path.join('/'), readEnv());
}

export { handle as GET, handle as POST };
