/** What the browser may reach of the API through the console, and nothing else. */
const routes = [
  { methods: ['POST'], path: /^admin\/graphql$/ },
  { methods: ['POST', 'GET'], path: /^admin\/graphql\/stream$/ },
  { methods: ['POST'], path: /^admin\/files$/ },
  { methods: ['GET'], path: /^admin\/oidc\/(start|callback)$/ },
  { methods: ['GET'], path: /^admin\/imports\/[\w-]+\/rejects\.csv$/ },
] as const;

export function isAllowed(method: string, path: string): boolean {
  return routes.some(
    (route) => (route.methods as readonly string[]).includes(method) && route.path.test(path),
  );
}
