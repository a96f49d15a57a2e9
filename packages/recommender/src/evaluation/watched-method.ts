import type { EvaluatedMethod } from './evaluated-method.js';

/** The same method; `report` hears which share of a split's lists is made: 0 when it begins, 1 at the end. */
export const watchedMethod = (
  method: EvaluatedMethod,
  report: (share: number, seed: number) => void,
): EvaluatedMethod => ({
  ...method,
  async fit(training, task, parts) {
    report(0, task.seed);
    const fitted = await method.fit(training, task, parts);
    let ranked = 0;
    return {
      async rank(one) {
        const list = await fitted.rank(one);
        report(++ranked / task.cases.length, task.seed);
        return list;
      },
    };
  },
});
