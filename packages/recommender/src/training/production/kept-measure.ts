import { mainCutoff, mainMeasure } from '../../evaluation/case-measures.js';

/** What is kept: every measure at the main cutoff, and the main measure for parts of a split (people with few events). */
export const isKeptMeasure = (measure: string): boolean =>
  measure.includes('/')
    ? measure.endsWith(`/${mainMeasure}`)
    : measure === 'auc' || measure.endsWith(`@${mainCutoff}`);
