import { useTranslations } from 'next-intl';
import { textOr } from '@/i18n/text-or';

/** Names of measures such as `ndcg@20`, with what they tell, and of the methods that are measured. */
export function useMeasureText() {
  const t = useTranslations('models');
  return {
    name(measure: string): string {
      const [base = measure, depth] = measure.split('@');
      return `${textOr(t, `metric.${base}`, base)}${depth === undefined ? '' : ` @${depth}`}`;
    },
    help: (measure: string) => textOr(t, `metricHelp.${measure.split('@')[0]}`, ''),
    method: (method: string) => textOr(t, `methods.${method}`, method),
  };
}
