import { existsSync, readdirSync, readFileSync } from 'node:fs';

/**
 * Who may import whom stands in the README, between <!-- imports --> and <!-- /imports -->: this file turns the
 * table into rules, so that the two cannot disagree. A name that is no workspace ("zod") lists what may come from npm.
 */
const folders = ['apps', 'packages', 'infra'];
const folderOf = (name) => folders.map((folder) => `${folder}/${name}`).find((path) => existsSync(path));
const workspaceOf = (name) => (name === 'test' ? 'test' : folderOf(name));

const tests = '\\.(test|fixture)\\.tsx?$|vitest\\.config|/test/';
const table = readTable(readFileSync('README.md', 'utf8'));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle means that neither file can be read, tested or moved without the other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-way-around-a-package-entry',
      comment: 'A package is what its package.json exports; its other files are its own business.',
      severity: 'error',
      from: { path: '^((?:apps|packages|infra)/[^/]+)/' },
      to: { path: '^(apps|packages|infra)/', pathNot: ['^$1/', ...entries()] },
    },
    {
      name: 'nothing-unresolved',
      comment: 'An import that leads nowhere: a missing package, or a subpath that it does not export.',
      severity: 'error',
      from: { path: '^(apps|packages|infra)/[^/]+/src/' },
      // what a build generates is not there on a fresh clone, and not in this picture afterwards (options.exclude)
      to: { couldNotResolve: true, pathNot: '(^|/)generated(/|$)' },
    },
    ...table.flatMap(rulesOf),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.next|\\.turbo|generated|artifacts)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    webpackConfig: { fileName: 'infra/local/import-aliases.mjs' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'require', 'node', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.d.ts', '.mjs', '.js', '.json', '.css'],
    },
    skipAnalysisNotInRules: true,
  },
};

function rulesOf({ who, may }) {
  const own = workspaceOf(who);
  if (own === undefined) return [];
  const allowed = may.map(workspaceOf).filter((path) => path !== undefined);
  const npm = may.filter((name) => name !== 'nothing' && workspaceOf(name) === undefined);
  const rules = [
    {
      name: `${who}-may-import`,
      comment: `README: ${who} may import ${may.join(', ')}.`,
      severity: 'error',
      // a test may check a package against the real parts that it will meet
      from: { path: `^${own}/`, ...(own === 'test' ? {} : { pathNot: tests }) },
      to: { path: '^(apps/|packages/|infra/|test/)', pathNot: [own, ...allowed].map((path) => `^${path}/`) },
    },
  ];
  if (npm.length > 0) {
    rules.push({
      name: `${who}-may-import-from-npm`,
      comment: `README: of npm and Node, ${who} may import ${npm.join(', ')} only.`,
      severity: 'error',
      from: { path: `^${own}/src/`, pathNot: tests },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'core'],
        pathNot: [...npm.map((name) => `(^|/)node_modules/${name}/`), '^packages/'],
      },
    });
  }
  return rules;
}

/** The sources behind the exports of every package. */
function entries() {
  return folders
    .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
    .filter((path) => existsSync(`${path}/package.json`))
    .flatMap((path) =>
      Object.values(JSON.parse(readFileSync(`${path}/package.json`, 'utf8')).exports ?? {})
        .map((entry) => entry.source ?? entry.default ?? entry)
        .map((file) => `^${path}/${file.replace(/^\.\//, '')}$`),
    );
}

/** Rows of `| a, b | c, d |`, one entry for each name on the left. */
function readTable(markdown) {
  const block = /<!-- imports -->([\s\S]*?)<!-- \/imports -->/.exec(markdown)?.[1];
  if (block === undefined)
    throw new Error('README.md has no table between <!-- imports --> and <!-- /imports -->.');
  const names = (cell) =>
    cell
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
  return block
    .split('\n')
    .map((line) => /^\|([^|]+)\|([^|]+)\|\s*$/.exec(line))
    .filter((match) => match !== null && !/^\s*(who|-+)\s*$/.test(match[1]))
    .flatMap(([, who, may]) => names(who).map((name) => ({ who: name, may: names(may) })));
}
