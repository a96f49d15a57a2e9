// `npm test`: everything there is to check, from a clean clone. The last line counts the tests, and the exit code
// is 0 only when every check ran and passed.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildApps, install, root, run } from './prepare.mjs';
import { explain, orOneLine } from './refusal.mjs';

const begun = Date.now();
const failedSteps = [];

await orOneLine(async () => {
  await install(say);
  const reports = findReports();
  for (const report of reports) rmSync(report, { force: true });
  installPackages();
  await step('format and lint', ['biome', 'ci', '--diagnostic-level=warn', '.']);
  await step('imports', [
    'depcruise',
    '--config',
    '.dependency-cruiser.mjs',
    'apps',
    'packages',
    'infra',
    'test',
  ]);
  const checks = ['build', 'typecheck', 'lint'];
  await step('build, types and lint of every package', turbo(checks, '--concurrency=2'));
  // one package at a time: tests that watch the clock need the processor to themselves
  await step('tests of every package', turbo(['test'], '--concurrency=1'));
  if (await launchersFindItBuilt()) await runLanes();
});
summarise();

function turbo(tasks, ...flags) {
  return ['turbo', 'run', ...tasks, '--continue', '--output-logs=errors-only', '--ui=stream', ...flags];
}

/** Two launchers that find out at once that nothing has changed would both put the same files into place. */
async function launchersFindItBuilt() {
  try {
    for (const withConsole of [true, false]) await buildApps(withConsole, say);
    return true;
  } catch (error) {
    failedSteps.push(`build: ${explain(error)}`);
    return false;
  }
}

/** Beside each other; what the second prints is kept together, below what the first does. */
async function runLanes() {
  const ownLines = [];
  await Promise.all([
    step('end-to-end and browser tests on the demo', lane('demo')),
    step('fault tests and installations of their own', lane('own'), (line) => ownLines.push(line)),
  ]);
  for (const line of ownLines) console.log(line);
}

/** One of the projects of test/vitest.config.mjs; what its files share is written there. */
function lane(name) {
  return ['vitest', 'run', '--root', 'test', '--project', name, `--outputFile.json=coverage/${name}.json`];
}

async function step(name, [program, ...args], print = console.log) {
  say(name);
  const { code } = await run([join(root, 'node_modules', '.bin', program), ...args], (line) => {
    if (!/npm warn (Unknown|config)/.test(line)) print(line);
  });
  if (code !== 0) failedSteps.push(name);
}

/** What tests need of Debian, installed where we may and asked for where not: a browser, its Chinese font, Redis. */
function installPackages() {
  if (process.platform !== 'linux') return;
  const missing = [
    ...(existsSync('/usr/bin/chromium') ? [] : ['chromium']),
    ...(hasChineseFont() ? [] : ['fonts-noto-cjk']),
    ...(existsSync('/usr/bin/redis-server') ? [] : ['redis-server']),
  ];
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0) {
    failedSteps.push(`packages: ${missing.join(' and ')} missing; as root, run "${command}"`);
    return;
  }
  say(`installing ${missing.join(' and ')} for the tests`);
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' });
  const { status, stderr } = spawnSync('sh', ['-c', command], {
    // the tests start a Redis of their own
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    encoding: 'utf8',
  });
  if (status !== 0) failedSteps.push(`packages: "${command}" failed: ${stderr.trim().split('\n').at(-1)}`);
}

function hasChineseFont() {
  const { stdout } = spawnSync('fc-list', [':lang=zh'], { encoding: 'utf8' });
  return (stdout ?? '').trim() !== '' || existsSync('/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc');
}

/** Where vitest writes its results: see vitest.shared.mjs and test/vitest.config.mjs. */
function findReports() {
  const workspaces = ['apps', 'packages', 'infra'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(root, folder, name)),
  );
  return [
    ...workspaces
      .filter((path) => existsSync(join(path, 'vitest.config.mjs')))
      .map((path) => join(path, 'coverage', 'report.json')),
    ...['demo', 'own'].map((name) => join(root, 'test', 'coverage', `${name}.json`)),
  ];
}

function nameOf(file) {
  return relative(root, file)
    .replace(/\/coverage\/(report)?|\.json$/g, ' ')
    .trim();
}

function summarise() {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  const silent = [];
  for (const file of findReports()) {
    if (!existsSync(file)) {
      silent.push(nameOf(file));
      continue;
    }
    const report = JSON.parse(readFileSync(file, 'utf8'));
    // a run that was cut off reports no test at all
    if (report.numTotalTests === 0) silent.push(nameOf(file));
    passed += report.numPassedTests;
    failed += report.numFailedTests;
    skipped += report.numPendingTests + report.numTodoTests;
    for (const { name, assertionResults, status, message } of report.testResults) {
      // a file that fails before its first test has none to count
      if (status === 'failed' && assertionResults.every((result) => result.status !== 'failed')) {
        failed++;
        console.log(`FAILED  ${name.replace(`${root}/`, '')}: ${message}`);
      }
      for (const result of assertionResults) {
        if (result.status === 'failed')
          console.log(`FAILED  ${name.replace(`${root}/`, '')}: ${result.fullName}`);
      }
    }
  }
  for (const name of silent) console.log(`FAILED  ${name}: its tests did not report`);
  for (const name of failedSteps) console.log(`FAILED  ${name}`);
  say('done');
  // a step that failed without a failed test (formatting, types, a crash) counts as one
  const others = silent.length + (failed === 0 ? failedSteps.length : 0);
  console.log(`${passed} passed, ${failed + others} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exit(failed + others > 0 || failedSteps.length > 0 ? 1 : 0);
}

function say(message) {
  console.log(`== ${((Date.now() - begun) / 1_000).toFixed(0)} s  ${message}`);
}
