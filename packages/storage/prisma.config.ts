import { defineConfig } from 'prisma/config';

// `prisma generate` needs no engine binary, but asks for its path first, and would download it: any program that is
// there will do, because it is never run. Migrations are run by our own migrations.ts.
if (['generate', 'validate', 'format'].some((command) => process.argv.includes(command))) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
}

export default defineConfig({
  schema: '../../prisma/schema.prisma',
  migrations: { path: '../../prisma/migrations' },
});
