import { z } from 'zod';
import { exitCodes } from '../cli-error.js';
import type { Command } from '../command.js';
import { connect } from '../connection.js';
import { connectionHelp, connectionOptions, parseOptions, usage } from '../options.js';

const help = `kindling keys list
kindling keys create NAME [--secret] [--origin ORIGIN]… [--scope SCOPE]… [--expires DATE]
kindling keys revoke ID

Keys of the catalogue: public ones (pk_…) for browsers, secret ones (sk_…) for servers. A new key is shown once.

  --secret         make a secret key (default: a public one)
  --origin ORIGIN  a public key answers only to these origins; may be repeated
  --scope SCOPE    recommend, track, merge or manage; may be repeated
  --expires DATE   such as 2025-12-31
  --json           print the result as JSON
${connectionHelp}`;

const options = {
  ...connectionOptions,
  secret: { type: 'boolean' },
  origin: { type: 'string', multiple: true },
  scope: { type: 'string', multiple: true },
  expires: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const keySchema = z.object({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(z.string()),
  origins: z.array(z.string()),
  expiresAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
});
const fields = Object.keys(keySchema.shape).join(' ');

export const keysCommand: Command = {
  name: 'keys',
  summary: 'list, make and revoke keys of the catalogue',
  help,
  async run(args, { environment, out }) {
    const { values, positionals } = parseOptions(args, options);
    const [action, subject, ...more] = positionals;
    if (more.length > 0) throw usage(`keys takes no "${more[0]}"`);
    const show = (value: unknown, line: string) =>
      out(values.json === true ? `${JSON.stringify(value, null, 2)}\n` : `${line}\n`);
    switch (action) {
      case 'list': {
        const api = await connect(values, environment);
        const { keys } = await api.ask(z.object({ keys: z.array(keySchema) }), `{ keys { ${fields} } }`);
        show(keys, keys.map(lineOf).join('\n'));
        return exitCodes.ok;
      }
      case 'create': {
        if (subject === undefined) throw usage('Say what the key is for: kindling keys create NAME');
        const expiresAt = values.expires === undefined ? undefined : parseExpiry(values.expires);
        const api = await connect(values, environment);
        const { createKey } = await api.ask(
          z.object({ createKey: z.object({ secret: z.string(), key: keySchema }) }),
          `mutation ($input: KeyInput!) { createKey(input: $input) { secret key { ${fields} } } }`,
          {
            input: {
              kind: values.secret === true ? 'SECRET' : 'PUBLIC',
              name: subject,
              ...(values.origin ? { origins: values.origin } : {}),
              ...(values.scope ? { scopes: values.scope } : {}),
              ...(expiresAt ? { expiresAt } : {}),
            },
          },
        );
        show(createKey, createKey.secret);
        return exitCodes.ok;
      }
      case 'revoke': {
        if (subject === undefined) throw usage('Say which key: kindling keys revoke ID');
        const api = await connect(values, environment);
        const { revokeKey } = await api.ask(
          z.object({ revokeKey: keySchema }),
          `mutation ($id: ID!) { revokeKey(id: $id) { ${fields} } }`,
          { id: subject },
        );
        show(revokeKey, lineOf(revokeKey));
        return exitCodes.ok;
      }
      default:
        throw usage(`keys wants list, create or revoke, not "${action ?? ''}"`);
    }
  },
};

function lineOf(key: z.infer<typeof keySchema>): string {
  const state =
    key.revokedAt !== null ? 'revoked' : key.expiresAt !== null ? `until ${key.expiresAt}` : 'valid';
  return `${key.id}  ${key.prefix}…  ${key.kind.toLowerCase()}  ${state}  ${key.scopes.join(',')}  ${key.name}`;
}

function parseExpiry(text: string): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw usage(`--expires is not a date such as 2025-12-31: ${text}`);
  return date.toISOString();
}
