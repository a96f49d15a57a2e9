import { useTranslations } from 'next-intl';

/** How many people a split judged: the fewest and the most of its seeds. */
export function usePeopleText(): (result: { readonly people: readonly number[] }) => string {
  const t = useTranslations('evaluations');
  return ({ people }) => {
    const [least, most] = [Math.min(...people), Math.max(...people)];
    return least === most
      ? t('peopleEach', { seeds: people.length, count: least })
      : t('peopleBetween', { seeds: people.length, least, most });
  };
}
