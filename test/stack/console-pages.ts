import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './stack.js';

/** Pages by the name of their picture. Those of `demoPages` show what the demo has from its start. */
export const demoPages = {
  overview: '/',
  catalogue: '/catalogue',
  'catalogue-nothing': '/catalogue?q=zyxwv',
  item: '/catalogue?item=star-wars-the-clone-wars-2008',
  map: '/catalogue?view=map',
  'map-found': '/catalogue?view=map&q=star+wars',
  import: '/catalogue/import',
  'cold-start': '/cold-start?tab=rules',
  'rule-kinds': '/cold-start/rule',
  'rule-boost': '/cold-start/rule?kind=boost',
  placements: '/cold-start?tab=placements',
  placement: '/cold-start?tab=placements&key=home',
  'placement-new': '/cold-start?tab=placements&make=new',
  strategies: '/cold-start?tab=strategies',
  strategy: '/cold-start?tab=strategies&key=cold-start',
  'strategy-choice': '/cold-start?tab=strategies&make=choose',
  segments: '/cold-start?tab=segments',
  segment: '/cold-start?tab=segments&key=cold',
  'segment-new': '/cold-start?tab=segments&make=new+segment',
  exploration: '/cold-start?tab=exploration',
  fallback: '/cold-start?tab=fallback',
  onboarding: '/cold-start?tab=onboarding',
  preview: '/preview?interests=space+war+with+robots&liked=star-wars-the-clone-wars-2008',
  'preview-filtered': '/preview?view=filtered&interests=space+war+with+robots',
  'preview-compare': '/preview?view=compare&interests=space+war+with+robots',
  'preview-past': '/preview?view=past&asOf=2030-01-01T00:00',
  'experiments-demo': '/experiments',
  'experiment-new': '/experiments/new',
  'models-demo': '/models',
  keys: '/system?tab=keys',
  members: '/system?tab=members',
  webhooks: '/system?tab=webhooks',
  jobs: '/system?tab=jobs',
  'dead-letters': '/system?tab=dead-letters',
  audit: '/system?tab=audit',
  account: '/account',
  'not-found': '/no-such-page',
} as const;

/** Where nobody is signed in. */
export const outsidePages = { 'sign-in': '/sign-in', 'invitation-unknown': '/invitation#unknown' } as const;

/** Of an experiment that a test has made. */
export const experimentPages = (key: string) => ({
  experiments: '/experiments',
  experiment: `/experiments/${key}`,
  'experiment-next': `/experiments/new?from=${key}`,
});

/** Of a model that a test has trained. */
export const modelPages = (id: string) => ({ models: '/models', model: `/models/${id}` });

/** Of an evaluation that a test has asked for. */
export const evaluationPages = (id: string) => ({ evaluation: `/models/evaluations/${id}` });

/** The routes of the console's router, such as `/experiments/[key]`, from its folders. */
export function consoleRoutes(): readonly string[] {
  const app = join(root, 'apps/console/src/app');
  return readdirSync(app, { recursive: true, withFileTypes: true })
    .filter(({ name }) => name === 'page.tsx')
    .map(({ parentPath }) => `/${relative(app, parentPath)}`.replace(/\/\([^)]*\)/g, '') || '/')
    .sort();
}
