/** The standalone server serves static files only from beside itself; Next leaves the copying to us. */
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';

const app = import.meta.dirname;
const standalone = join(app, '.next/standalone/apps/console');
cpSync(join(app, '.next/static'), join(standalone, '.next/static'), { recursive: true });
if (existsSync(join(app, 'public')))
  cpSync(join(app, 'public'), join(standalone, 'public'), { recursive: true });
