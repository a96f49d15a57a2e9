import {
  conversionMetric,
  heavyTailMetric,
  type StoppingRule,
  stoppingRules,
  type VerifiedMetric,
  verificationSuite,
  verifyStopping,
} from '@kindling/experiments';

const columns = [
  'metric',
  'test',
  'false alarm, any look',
  'false alarm, end',
  'covers always',
  'covers at end',
  'finds, end',
  'planned',
  'finds, any look',
  'planned',
] as const;
const tests = [
  ['sequential', 'confidence sequence'],
  ['fixedHorizon', 't-test'],
  ['bayesian', 'Bayesian'],
] as const;

/** Percentages of simulated experiments whose truth is known; one line a metric and test, as they are played. */
export function* verificationTable(runs: number): Generator<string> {
  yield `${runs} runs each at alpha 5 %: the sampling error of 5 % is ${percent(2 * Math.sqrt((0.05 * 0.95) / runs))} (two standard errors), of 50 % ${percent(2 * Math.sqrt(0.25 / runs))}.`;
  yield 'Covers: the interval held the true lift. Finds: excluded zero, with a lift that the textbook formula says a t-test finds in 80 %; planned: what the power estimate says.';
  yield '';
  yield line(columns);
  for (const verified of verificationSuite(runs)) {
    yield* rows(verified);
    const { metric, loss } = verified;
    yield line([metric, 'guardrail', percent(loss.everFalselySafe), '', '', '', '', '', '', '']);
  }
  yield '';
  yield 'False alarm of a guardrail: called safe at any look, though the arm lost just the margin.';
  yield '';
  yield* stoppingTable(runs);
}

/** By somebody who looks every evening for four weeks and does what is advised the first time that anything is. */
function* stoppingTable(runs: number): Generator<string> {
  yield 'Stopping rules: a false verdict of an arm without a lift, and what decisions lose on average where lifts are as the prior expects them; 0.25 % were accepted.';
  const plan = { runs, days: 28, unitsPerDay: 80, minimumUnits: 200, alpha: 0.05, maximumLoss: 0.0025 };
  for (const metric of [conversionMetric, heavyTailMetric]) {
    for (const rule of stoppingRules) {
      const play = (lift: number | null) =>
        verifyStopping({ ...plan, metric, rule, lift, seed: `${rule} ${metric.name} ${lift}` });
      const [same, prior] = [play(0), play(null)];
      const wrong = percent(same.shipped + same.keptControl);
      yield `${metric.name.padEnd(12)} ${ruleNames[rule].padEnd(14)} false verdict ${wrong.padStart(7)}, shipped ${percent(same.shipped).padStart(7)}; loses ${(100 * prior.meanLoss).toFixed(3)} %, decided ${percent(prior.shipped + prior.keptControl)}`;
    }
  }
}

const ruleNames: Readonly<Record<StoppingRule, string>> = {
  ALWAYS_VALID: 'always valid',
  FIXED_HORIZON: 'fixed horizon',
  BAYESIAN: 'expected loss',
};

function* rows({ metric, noEffect, trueLift, planned }: VerifiedMetric): Generator<string> {
  for (const [test, name] of tests) {
    yield line([
      metric,
      name,
      percent(noEffect[test].everExcludedZero),
      percent(noEffect[test].excludedZeroAtTheEnd),
      percent(trueLift[test].alwaysCovered),
      percent(trueLift[test].coveredAtTheEnd),
      percent(trueLift[test].excludedZeroAtTheEnd),
      test === 'bayesian'
        ? ''
        : percent(test === 'sequential' ? planned.sequentialAtTheEnd : planned.fixedHorizon),
      test === 'sequential' ? percent(trueLift.sequential.everExcludedZero) : '',
      test === 'sequential' ? percent(planned.sequentialEver) : '',
    ]);
  }
}

const widths = [23, 20, 22, 17, 14, 14, 11, 8, 16, 8];
const line = (cells: readonly string[]) =>
  cells
    .map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
    .join(' ')
    .trimEnd();
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
